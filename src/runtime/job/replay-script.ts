/**
 * From a recording to dataflows that run again: the recorded script is bound and planned as it was, on the
 * seams of the replay. Nothing is printed and nothing is written.
 */
import { err, type Result } from '../base/result.ts';
import type { Dataflow } from '../engine/dataflow.ts';
import type { RecordedJob, RecordingHeader } from '../recording/format.ts';
import type { BuildJob, ReplaySeams } from '../recording/replayed-job.ts';
import { SeededRandom } from '../seams/seeded-random.ts';
import { parseScript } from '../sql/1-parse/parse-script.ts';
import { bindStatement } from '../sql/2-bind/bind-statement.ts';
import { Session } from '../sql/2-bind/session.ts';
import { buildDataflow } from './build-dataflow.ts';
import { connectorCatalog } from './connector-catalog.ts';
import { planOf, randomOf, settingsOf } from './run-script.ts';

/** Builds the jobs of a recorded script. */
export function jobsOf(header: RecordingHeader): BuildJob {
  return (job, seams) => buildStatement(header, job, seams);
}

function buildStatement(header: RecordingHeader, job: RecordedJob, seams: ReplaySeams): Result<Dataflow> {
  const { script } = parseScript(header.script);
  const session = new Session();
  for (const statement of script.statements) {
    const { bound } = bindStatement(statement, session, connectorCatalog, { text: header.script });
    if (statement.number !== job.statement) continue;
    if (bound?.kind !== 'query' && bound?.kind !== 'inserts') break;
    const { plan } = planOf(bound, session);
    if (plan === undefined) break;
    return buildDataflow({
      plan,
      seams: {
        files: seams.files,
        clock: seams.clock,
        random: randomOf(new SeededRandom(header.seed), statement.number),
        printLine: () => {},
        timeZone: session.timeZone,
      },
      ...settingsOf(session),
      trace: null,
      endTrace: seams.endTrace,
      onQueryRow: () => {},
    });
  }
  return err({
    domain: 'recording',
    message: `Statement ${job.statement} of the recorded script cannot be run by this version of Millrace.`,
    retry: 'never',
  });
}
