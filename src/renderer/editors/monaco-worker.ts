/**
 * Starts the worker of a Monaco language. It stands in for Monaco's own `internal/common/workers.js`
 * (see vite.config.ts), which loads every feature of the editor as a side effect: two megabytes, and
 * features that arrive after the first editor miss services of theirs.
 */
import { editor } from 'monaco-editor/editor';

/** What Monaco's language features say of the worker that they want. */
interface WorkerOptions {
  readonly label?: string;
  readonly createData?: unknown;
  readonly host?: Record<string, (...args: never[]) => unknown>;
  readonly keepIdleModels?: boolean;
}

/** A worker that answers calls, kept in step with the models. */
export function createWebWorker<T extends object>(options: WorkerOptions): editor.MonacoWebWorker<T> {
  const { label = 'worker', createData, host, keepIdleModels } = options;
  const started = Promise.resolve(self.MonacoEnvironment?.getWorker?.('', label)).then((worker) => {
    if (worker === undefined) throw new Error('Monaco has no way to start workers.');
    // Monaco's protocol: the first message only wakes the worker, the second is what it is made with.
    worker.postMessage('ignore');
    worker.postMessage(createData);
    return worker;
  });
  return editor.createWebWorker<T>({
    worker: started,
    ...(host === undefined ? {} : { host }),
    ...(keepIdleModels === undefined ? {} : { keepIdleModels }),
  });
}
