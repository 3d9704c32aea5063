/**
 * Asks the engine to compile the TypeScript files after a pause in typing, where the project is trusted
 * and the engine is up: esbuild says what the readers of declarations do not see (imports, for example).
 * Nothing is run. Without it all other checks go on.
 */
import { useAnalysis } from './analysis.ts';
import { filesOf, useProject } from './project.ts';
import { services } from './services.ts';
import { forgetTypeProblems, useTypeProblems } from './type-problems.ts';

/** The compiler is another process; it need not see every word while it is typed. */
const PAUSE_MS = 700;

/** Starts to check; the answer stops it. */
export function startCheckingFunctions(): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;

  const check = async (): Promise<void> => {
    timer = null;
    const { place, text, revision, files } = useProject.getState();
    const engine = services().engine.current();
    const hasFunctions = useAnalysis.getState().functions.some((f) => files.has(f.path));
    if (place === null || !place.trusted || engine === null || !hasFunctions) {
      if (useTypeProblems.getState().compiler.length > 0) useTypeProblems.setState({ compiler: [] });
      return;
    }
    const answer = await engine.call('functions.check', { script: text, folder: place.folder, files: filesOf() });
    if (!answer.ok || useProject.getState().revision !== revision) return;
    const { compiler } = useTypeProblems.getState();
    if (JSON.stringify(compiler) !== JSON.stringify(answer.value.diagnostics)) {
      useTypeProblems.setState({ compiler: answer.value.diagnostics });
    }
  };

  const schedule = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => void check(), PAUSE_MS);
  };

  const stopProject = useProject.subscribe((state, before) => {
    const isOther = state.place === null || (state.lastChange === null && state.revision !== before.revision);
    if (isOther) forgetTypeProblems();
    if (state.files !== before.files || state.place?.trusted !== before.place?.trusted) schedule();
  });
  const stopAnalysis = useAnalysis.subscribe((state, before) => {
    if (state.functions !== before.functions) schedule();
  });
  return () => {
    stopProject();
    stopAnalysis();
    if (timer !== null) clearTimeout(timer);
  };
}
