/** The columns that leave a node, with their types, and how its changelog behaves. */
import type { GraphNode } from '../../runtime/program/graph.ts';
import { CHANGELOG_MODES } from '../canvas/stream-edge.tsx';
import { useAnalysis } from '../store/analysis.ts';
import styles from './inspector.module.css';

/** The output of `node`, or nothing while it is not known. */
export function OutputSchema({ node }: { node: GraphNode }) {
  const schema = useAnalysis((s) => s.schemas.get(node.id));
  // A column whose type is not known follows from a mistake that is said elsewhere.
  const columns = schema?.columns.filter((column) => column.type !== 'ERROR') ?? [];
  if (schema === undefined || columns.length === 0) return null;
  const mode = schema.changelog === null ? null : CHANGELOG_MODES[schema.changelog];
  const isSink = node.family === 'sink';
  return (
    <section className={styles.schema} aria-label={isSink ? 'Columns written' : 'Output columns'}>
      <h3 className={styles.schemaHead}>
        {isSink ? 'Columns written' : 'Output'}
        {mode === null ? null : (
          <span className={styles.mode} title={mode.name}>
            {mode.sign} {schema.changelog}
          </span>
        )}
      </h3>
      <dl className={styles.columns}>
        {columns.map((column) => (
          <div key={column.name} style={{ display: 'contents' }}>
            <dt>{column.name}</dt>
            <dd>{column.type}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
