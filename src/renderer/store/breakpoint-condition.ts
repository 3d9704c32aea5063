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

/** Why the condition does not hold for rows of a node; null when it does, or when it cannot be known yet. */
export async function checkCondition(nodeId: string, condition: string): Promise<string | null> {
  if (condition.trim() === '') return null;
  const { text } = useProject.getState();
  const name = useAnalysis.getState().nodesById.get(nodeId)?.name;
  // A node whose own statement does not bind has no columns to speak of.
  if (name === undefined || text.length > CHECKED_LENGTH_MAX || !useAnalysis.getState().schemas.has(nodeId))
    return null;
  const head = `${text}\n;\nSELECT * FROM \`${name.replaceAll('`', '``')}\` WHERE `;
  const answer = await services().language.call('analyse', { text: `${head}${condition}\n;`, files: filesOf() });
  if (!answer.ok) return null;
  const wrong = answer.value.diagnostics.find(
    (d) => d.severity === 'error' && d.span !== undefined && d.span.end > text.length + 2,
  );
  return wrong === undefined ? null : wrong.message;
}
