/** Whether what is shown of the run belongs to the text as it is now: undoing an edit makes it fit again. */
import type { ProgramFiles } from '../../runtime/program/history.ts';
import { useCluster } from './cluster.ts';
import { useProject } from './project.ts';
import { useRun } from './run.ts';
import { useView } from './view.ts';

/**
 * Whether the text changed since the last run was started (or refused), or since the recording that is looked
 * at was made. Painted only when the answer changes.
 */
export function useIsRunOutdated(): boolean {
  const ofRun = useRun((s) => s.script);
  const ofJob = useCluster((s) => s.watched?.script ?? null);
  const ofRecording = useView((s) => s.opened?.script ?? null);
  const files = useRun((s) => s.files);
  return useProject((s) => {
    if (ofJob !== null) return s.text !== ofJob;
    if (ofRecording !== null) return s.text !== ofRecording;
    return ofRun !== null && (s.text !== ofRun || !haveSameTexts(s.files, files));
  });
}

/** Undo makes a new map of the same texts. */
function haveSameTexts(a: ProgramFiles, b: ProgramFiles): boolean {
  return a === b || (a.size === b.size && [...a].every(([path, text]) => b.get(path) === text));
}
