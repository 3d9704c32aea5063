/** The inspector: the selected node as a form and as SQL. Both change that statement's text and nothing else. */
import { CodeXml, MousePointerClick } from 'lucide-react';
import { type CSSProperties, lazy, Suspense, useEffect, useRef, useState } from 'react';
import type { Diagnostic } from '../../runtime/base/diagnostic.ts';
import type { GraphNode } from '../../runtime/program/graph.ts';
import { openInput } from '../canvas/kernels.ts';
import { lookOf } from '../canvas/node-look.ts';
import { requestEdit } from '../store/actions.ts';
import { useAnalysis } from '../store/analysis.ts';
import { showFile } from '../store/open-file.ts';
import { placeKey, useProblems } from '../store/problems.ts';
import { useProject } from '../store/project.ts';
import { revealOffset, useSelection } from '../store/selection.ts';
import { useSettings } from '../store/settings.ts';
import { IconButton } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { formatMessage, plural } from '../ui/format.ts';
import { Tabs } from '../ui/tabs.tsx';
import { fieldOfProblem } from './field-of-problem.ts';
import styles from './inspector.module.css';
import { JobSettings } from './job-settings.tsx';
import { NodeFormEditor } from './node-form-editor.tsx';
import { CalledFunctions, NodeTypescript, useNodeFunctions } from './node-functions.tsx';
import { OutputSchema } from './output-schema.tsx';

const NodeEditor = lazy(() => import('../editors/node-editor.tsx').then((m) => ({ default: m.NodeEditor })));

/** The inspector of the selection. */
export function Inspector() {
  const selected = useSelection((s) => s.nodes);
  const caret = useSelection((s) => s.caretNode);
  const isScript = useSettings((s) => s.centreTab === 'script');
  // In the script the caret says what is meant, unless something is selected.
  const id = selected[0] ?? (isScript ? caret : null);
  const found = useAnalysis((s) => (id == null ? undefined : s.nodesById.get(id)));
  const isBehind = useAnalysis((s) => s.revision) !== useProject((s) => s.revision);
  const last = useRef<GraphNode | undefined>(undefined);
  // Between an edit that renames a node (or breaks it for the moment) and the next analysis the new
  // name is not known yet; the editor that made the edit must not lose the caret meanwhile.
  const shown = found ?? (id != null && isBehind ? last.current : undefined);
  useEffect(() => {
    last.current = shown;
  }, [shown]);
  return (
    <aside className={styles.inspector} aria-label="Inspector" data-inspector>
      {selected.length > 1 ? (
        <EmptyState text={`${plural(selected.length, 'node')} are selected.`} />
      ) : shown === undefined ? (
        <Nothing />
      ) : (
        <NodeInspector node={shown} />
      )}
    </aside>
  );
}

function Nothing() {
  return (
    <div className={styles.nothing}>
      <EmptyState icon={<MousePointerClick />} text="Select a node to see and change its settings." />
      <JobSettings />
    </div>
  );
}

function NodeInspector({ node }: { node: GraphNode }) {
  const [wanted, setTab] = useState<'form' | 'sql' | 'typescript'>('form');
  const hasTypescript = useNodeFunctions(node).length > 0;
  const all = useProblems().byNode.get(node.id) ?? [];
  const tab = (wanted === 'form' && node.form === null) || (wanted === 'typescript' && !hasTypescript) ? 'sql' : wanted;
  const open = openInput(node);
  // What is said beside a field is not said twice, and an input that is not connected yet is no mistake.
  const problems = all.filter(
    (p) =>
      !(tab === 'form' && node.form !== null && fieldOfProblem(node, node.form, p) !== null) &&
      !(open !== null && p.code === 'validate/unconnected-input'),
  );
  const sql = (
    <Suspense fallback={<EmptyState text="Loading the editor…" />}>
      <NodeEditor node={node} />
    </Suspense>
  );
  return (
    <>
      <Header node={node} />
      {open === null ? null : (
        <p className={classNames(styles.problems, styles.warn)}>
          {open.name === null ? 'Its input is not connected yet.' : `Its input ${open.name} is not connected yet.`}
          <span className={styles.hint}>Choose it below, or drag from the output of another node.</span>
        </p>
      )}
      {problems.length > 0 ? (
        <ul className={styles.problems} aria-label="Problems of this node">
          {problems.map((problem) => (
            <li
              key={`${problem.code} ${placeKey(problem)} ${problem.message}`}
              className={problem.severity === 'error' ? styles.bad : styles.warn}
            >
              {formatMessage(problem.message)}
              {problem.hint === undefined ? null : <span className={styles.hint}>{problem.hint}</span>}
              {problem.file === undefined ? null : <FileLink file={problem.file} />}
            </li>
          ))}
        </ul>
      ) : null}
      <div className={styles.body}>
        <Tabs
          label="Views of the node"
          value={tab}
          onChange={setTab}
          items={[
            ...(node.form === null
              ? []
              : [
                  {
                    id: 'form' as const,
                    title: 'Form',
                    content: (
                      <div className={styles.scroll}>
                        <NodeFormEditor key={`${node.statement} ${node.form.kind}`} node={node} form={node.form} />
                        <OutputSchema node={node} />
                        <CalledFunctions node={node} />
                      </div>
                    ),
                  },
                ]),
            { id: 'sql' as const, title: 'SQL', content: sql },
            ...(hasTypescript
              ? [{ id: 'typescript' as const, title: 'TypeScript', content: <NodeTypescript node={node} /> }]
              : []),
          ]}
        />
      </div>
    </>
  );
}

function FileLink({ file }: { file: NonNullable<Diagnostic['file']> }) {
  return (
    <button type="button" className={styles.fileLink} onClick={() => showFile(file.path, file)}>
      {file.path}:{file.line}:{file.column}
    </button>
  );
}

function Header({ node }: { node: GraphNode }) {
  const { icon: Icon, name: kindName } = lookOf(node);
  const canRename = node.id.startsWith('table:') || node.id.startsWith('view:');
  return (
    <header className={styles.header} style={{ '--family': `var(--family-${node.family})` } as CSSProperties}>
      <span className={styles.tile} aria-hidden="true">
        <Icon />
      </span>
      <div className={styles.titles}>
        {canRename ? <NameField key={node.id} node={node} /> : <h2 className={styles.name}>{node.name}</h2>}
        <p className={styles.kind}>
          {kindName}, statement {node.statement}
        </p>
      </div>
      <IconButton
        label="Show in the script"
        onClick={() => {
          useSettings.setState({ centreTab: 'script' });
          revealOffset(node.span.start);
        }}
      >
        <CodeXml />
      </IconButton>
    </header>
  );
}

function NameField({ node }: { node: GraphNode }) {
  const [name, setName] = useState(node.name);
  const commit = (): void => {
    const wanted = name.trim();
    if (wanted === '' || wanted === node.name) setName(node.name);
    else
      void requestEdit({ kind: 'rename', node: node.id, name: wanted }).then((o) =>
        o.ok ? undefined : setName(node.name),
      );
  };
  return (
    <input
      className={styles.nameField}
      aria-label="Name"
      value={name}
      spellCheck={false}
      onChange={(event) => setName(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
        if (event.key === 'Escape') {
          setName(node.name);
          event.stopPropagation();
        }
      }}
    />
  );
}
