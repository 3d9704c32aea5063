/** The large editor of a TypeScript file, with the bar that says whose code it is. */
import { Braces } from 'lucide-react';
import { createFunctionSql, functionFile } from '../../runtime/program/typescript-templates.ts';
import { useAnalysis } from '../store/analysis.ts';
import { useOpenFile } from '../store/open-file.ts';
import { applyEdit, useProject } from '../store/project.ts';
import { selectNodes, useSelection } from '../store/selection.ts';
import { useSettings } from '../store/settings.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import styles from './centre-file.module.css';
import { FileEditor } from './file-editor.tsx';

/** The editor of the open file. */
export function CentreFile() {
  const path = useOpenFile((s) => s.path);
  if (path === null) return <EmptyState text="Open a TypeScript file from the function library." />;
  return (
    <div className={styles.page}>
      <Head path={path} />
      <FileOrNothing path={path} narrow={false} />
    </div>
  );
}

/** The editor of a file, or how to make the file when the project has none at that path. */
export function FileOrNothing({ path, narrow }: { path: string; narrow: boolean }) {
  const isThere = useProject((s) => s.files.has(path));
  if (isThere) return <FileEditor key={path} path={path} narrow={narrow} />;
  if (!/^operators\/.*\.ts$/.test(path))
    return <EmptyState icon={<Braces />} text={`${path} is not in the folder operators/ of this project.`} />;
  const create = (): void =>
    applyEdit({
      edits: [],
      layout: {},
      files: [{ path, text: functionFile('process', null) }],
      label: `Create ${path}`,
    });
  return (
    <EmptyState icon={<Braces />} text={`${path} is not there yet.`}>
      <Button tone="accent" onClick={create}>
        Create it from a template
      </Button>
    </EmptyState>
  );
}

function Head({ path }: { path: string }) {
  const functions = useAnalysis((s) => s.functions);
  const graph = useAnalysis((s) => s.graph);
  const own = functions.filter((f) => f.path === path);
  const names = new Set(own.map((f) => f.name));
  const callers = graph.nodes.filter((node) => node.calls.some((name) => names.has(name)));
  return (
    <div className={styles.head}>
      <Braces aria-hidden="true" />
      <span className={styles.path}>{path}</span>
      {own[0] !== undefined && own[0].signature !== '' ? (
        <code className={styles.signature} title={own[0].signature}>
          {own[0].signature}
        </code>
      ) : own.length === 0 ? (
        <span className={styles.note} title={createFunctionSql('f', path)}>
          no CREATE FUNCTION names this file
        </span>
      ) : null}
      <span className={styles.rest} />
      {callers.length === 0 ? null : <span className={styles.note}>called by</span>}
      {callers.slice(0, 3).map((node) => (
        <Button
          key={node.id}
          tone="quiet"
          title={`Show ${node.name} on the canvas`}
          onClick={() => {
            selectNodes([node.id]);
            useSettings.setState({ centreTab: 'canvas' });
            useSelection.setState({ reveal: { node: node.id, offset: null, focus: false } });
          }}
        >
          {node.name}
        </Button>
      ))}
    </div>
  );
}
