/**
 * What is wrong with the condition of a breakpoint, before any run: the script is analysed with a query
 * after it that reads the edge's node and filters by the condition, so the front end says what it would
 * say of a WHERE clause there.
 */
import { useAnalysis } from './analysis.ts';
import { filesOf, useProject } from './project.ts';
import { services } from './services.ts';

/** Longer scripts are not analysed once more for each condition; the engine checks it when the run starts. */
const CHECKED_LENGTH_MAX = 200_000;

/** What was found out, by the condition and all that it depends on; the text changes much more often than those. */
const known = new Map<string, string | null>();
const KNOWN_COUNT_MAX = 200;

/** Why the condition does not hold for rows of a node; null when it does, or when it cannot be known yet. */
export async function checkCondition(nodeId: string, condition: string): Promise<string | null> {
  if (condition.trim() === '') return null;
  const { text } = useProject.getState();
  const { nodesById, schemas, graph } = useAnalysis.getState();
  const name = nodesById.get(nodeId)?.name;
  const schema = schemas.get(nodeId);
  // A node whose own statement does not bind has no columns to speak of.
  if (name === undefined || schema === undefined || text.length > CHECKED_LENGTH_MAX) return null;
  const functions = graph.functions.map((fn) => [fn.name, fn.path]);
  const key = JSON.stringify([condition, schema.columns, functions]);
  const before = known.get(key);
  if (before !== undefined) return before;
  const head = `${text}\n;\nSELECT * FROM \`${name.replaceAll('`', '``')}\` WHERE `;
  const answer = await services().language.call('analyse', { text: `${head}${condition}\n;`, files: filesOf() });
  if (!answer.ok) return null;
  const wrong = answer.value.diagnostics.find(
    (d) => d.severity === 'error' && d.span !== undefined && d.span.end > text.length + 2,
  );
  const found = wrong === undefined ? null : wrong.message;
  if (known.size >= KNOWN_COUNT_MAX) known.clear();
  known.set(key, found);
  return found;
}
