/** Whether what is shown of the run belongs to the text as it is now: undoing an edit makes it fit again. */
import { useProject } from './project.ts';
import { useRun } from './run.ts';

/** Whether the text changed since the last run was started (or refused). Painted only when the answer changes. */
export function useIsRunOutdated(): boolean {
  const script = useRun((s) => s.script);
  return useProject((s) => script !== null && s.text !== script);
}
