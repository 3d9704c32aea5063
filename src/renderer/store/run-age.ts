/** Whether what is shown of the run belongs to the text as it is now: undoing an edit makes it fit again. */
import { useProject } from './project.ts';
import { useRun } from './run.ts';
import { useView } from './view.ts';

/**
 * Whether the text changed since the last run was started (or refused), or since the recording that is looked
 * at was made. Painted only when the answer changes.
 */
export function useIsRunOutdated(): boolean {
  const ofRun = useRun((s) => s.script);
  const ofRecording = useView((s) => s.opened?.script ?? null);
  const script = ofRecording ?? ofRun;
  return useProject((s) => script !== null && s.text !== script);
}
