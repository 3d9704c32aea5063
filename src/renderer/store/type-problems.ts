/**
 * What the checkers of TypeScript files say: Monaco's type checker (for every file of the project once its
 * editor was loaded), and the engine's compiler (only where the project is trusted). Kept by file.
 */
import { create } from 'zustand';
import type { Diagnostic } from '../../runtime/base/diagnostic.ts';
import { toast } from './notices.ts';

interface TypeProblemsState {
  /** Of the type checker. */
  readonly types: ReadonlyMap<string, readonly Diagnostic[]>;
  /** Of the compiler. */
  readonly compiler: readonly Diagnostic[];
}

/** The problems. */
export const useTypeProblems = create<TypeProblemsState>(() => ({ types: new Map(), compiler: [] }));

/** Notes what the type checker says of a file now. The same again is no change: whoever shows it would go round. */
export function setTypeProblems(path: string, problems: readonly Diagnostic[]): void {
  useTypeProblems.setState((s) => {
    if (JSON.stringify(s.types.get(path) ?? []) === JSON.stringify(problems)) return s;
    const types = new Map(s.types);
    if (problems.length === 0) types.delete(path);
    else types.set(path, problems);
    return { ...s, types };
  });
}

/** Says before a run that the type checker does not agree with the code; it runs all the same. */
export function warnOfTypeErrors(): void {
  const wrong = [...useTypeProblems.getState().types].flatMap(([path, problems]) => {
    const count = problems.filter((problem) => problem.severity === 'error').length;
    return count === 0 ? [] : [`${path}: ${count === 1 ? '1 error' : `${count} errors`}`];
  });
  if (wrong.length === 0) return;
  toast('info', 'The TypeScript has type errors. It runs all the same.', { hint: wrong.slice(0, 3).join(', ') });
}

/** Forgets the problems of another project. */
export function forgetTypeProblems(): void {
  useTypeProblems.setState({ types: new Map(), compiler: [] });
}
