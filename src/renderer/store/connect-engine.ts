/** The way to the engine for whoever needs it: its process is started when it is gone. */
import type { EngineContract } from '../../runtime/contract/engine-contract.ts';
import type { Client } from '../../runtime/contract/transport.ts';
import { useRun } from './run.ts';
import { services } from './services.ts';

/** Brings the engine's process up when it is gone. Answers null, after saying so, when it does not come. */
export async function connectEngine(): Promise<Client<EngineContract> | null> {
  const { engine } = services();
  const live = engine.current();
  if (live !== null) return live;
  useRun.setState({ engine: 'starting' });
  const answer = await engine.connect();
  if (answer.ok) {
    useRun.setState({ engine: 'ready', engineMessage: '' });
    return answer.value;
  }
  useRun.setState({ engine: 'down', engineMessage: answer.error.message });
  return null;
}
