/** The functions that a node calls: their names with the way to their files, and the file of the first as a tab. */
import { Braces, Maximize2 } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { projectPath } from '../../runtime/base/project-path.ts';
import type { GraphNode } from '../../runtime/program/graph.ts';
import { type LibraryFunction, useAnalysis } from '../store/analysis.ts';
import { showFile, useOpenFile } from '../store/open-file.ts';
import { useSettings } from '../store/settings.ts';
import { IconButton } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import styles from './node-functions.module.css';

const FileOrNothing = lazy(() => import('../editors/centre-file.tsx').then((m) => ({ default: m.FileOrNothing })));

/** The functions in TypeScript that a node calls, in the order of its text. */
export function useNodeFunctions(node: GraphNode): readonly Pick<LibraryFunction, 'name' | 'path' | 'signature'>[] {
  const functions = useAnalysis((s) => s.functions);
  const declared = useAnalysis((s) => s.graph.functions);
  return node.calls.flatMap((name) => {
    const entry = declared.find((f) => f.name === name);
    if (entry === undefined || entry.language.toUpperCase() !== 'TYPESCRIPT') return [];
    return { name, path: projectPath(entry.path), signature: functions.find((f) => f.name === name)?.signature ?? '' };
  });
}

/** The tab with the code. */
export function NodeTypescript({ node }: { node: GraphNode }) {
  const functions = useNodeFunctions(node);
  const [chosen, choose] = useState<string | null>(null);
  const shown = functions.find((f) => f.name === chosen) ?? functions[0];
  const isLarge = useOpenFile((s) => s.path === shown?.path);
  const isCentre = useSettings((s) => s.centreTab === 'file');
  if (shown === undefined) return <EmptyState icon={<Braces />} text="This node calls no function in TypeScript." />;
  return (
    <div className={styles.page}>
      <div className={styles.head}>
        {functions.length > 1 ? (
          <select
            className={styles.choice}
            aria-label="Function"
            value={shown.name}
            onChange={(event) => choose(event.target.value)}
          >
            {functions.map((f) => (
              <option key={f.name}>{f.name}</option>
            ))}
          </select>
        ) : null}
        <span className={styles.path} title={shown.path}>
          {shown.path}
        </span>
        <IconButton label={`Open ${shown.path} large`} onClick={() => showFile(shown.path)}>
          <Maximize2 />
        </IconButton>
      </div>
      {isLarge && isCentre ? (
        <EmptyState icon={<Maximize2 />} text="This file is open in the large editor." />
      ) : (
        <Suspense fallback={<EmptyState text="Loading the editor…" />}>
          <FileOrNothing path={shown.path} narrow />
        </Suspense>
      )}
    </div>
  );
}

/** For nodes of SQL: which functions they call. */
export function CalledFunctions({ node }: { node: GraphNode }) {
  const functions = useNodeFunctions(node);
  if (functions.length === 0) return null;
  return (
    <section className={styles.called} aria-label="Functions that this node calls">
      <h3 className={styles.heading}>Calls</h3>
      {functions.map((f) => (
        <button key={f.name} type="button" className={styles.link} onClick={() => showFile(f.path)}>
          <Braces aria-hidden="true" />
          <span className={styles.signature}>{f.signature === '' ? f.name : f.signature}</span>
          <span className={styles.file}>{f.path}</span>
        </button>
      ))}
    </section>
  );
}
