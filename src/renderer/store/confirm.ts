/** Questions that must be answered before something goes on. One at a time; the app shows it as a dialog. */
import { create } from 'zustand';

/** A question with its answers. The first answer is the one that Enter gives; Escape is `null`. */
export interface Question {
  readonly title: string;
  readonly message: string;
  readonly answers: readonly {
    readonly id: string;
    readonly title: string;
    readonly tone: 'accent' | 'plain' | 'bad';
  }[];
  readonly resolve: (answer: string | null) => void;
}

/** The open question. */
export const useQuestion = create<{ readonly question: Question | null }>(() => ({ question: null }));

/** Asks and waits. `null`: the user went away from it. A question that is still open counts as left. */
export function askUser(question: Omit<Question, 'resolve'>): Promise<string | null> {
  useQuestion.getState().question?.resolve(null);
  return new Promise((resolve) => {
    const answer = (id: string | null): void => {
      useQuestion.setState({ question: null });
      resolve(id);
    };
    useQuestion.setState({ question: { ...question, resolve: answer } });
  });
}
