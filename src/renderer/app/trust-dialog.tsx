/** Asks whether a folder is trusted. The safe answer has the focus, and Escape gives it. */
import { AlertDialog } from '@base-ui/react/alert-dialog';
import { ShieldQuestion } from 'lucide-react';
import { useRef } from 'react';
import { parentFolder, useTrustQuestion } from '../store/trust.ts';
import { Button } from '../ui/button.tsx';
import popup from '../ui/popup.module.css';
import styles from './trust.module.css';

/** The open question, or nothing. */
export function TrustDialog() {
  const question = useTrustQuestion((s) => s.question);
  const safe = useRef<HTMLButtonElement>(null);
  if (question === null) return null;
  const parent = parentFolder(question.folder);
  return (
    <AlertDialog.Root open onOpenChange={(open) => (open ? undefined : question.resolve(null))}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={popup.backdrop} />
        <AlertDialog.Popup
          className={`${popup.dialog} ${styles.dialog}`}
          initialFocus={safe}
          data-testid="trust-dialog"
        >
          <AlertDialog.Title className={`${popup.dialogTitle} ${styles.title}`}>
            <ShieldQuestion aria-hidden="true" />
            Do you trust the author of this project?
          </AlertDialog.Title>
          <p className={styles.path} title={question.folder}>
            {question.folder}
          </p>
          <AlertDialog.Description className={popup.dialogText}>
            Running a project runs what its author wrote: TypeScript functions compute on this computer, and connectors
            read and write the files and servers that the script names.
          </AlertDialog.Description>
          <p className={popup.dialogText}>
            If you did not write it and do not know who did, stay restricted: you can still read, draw and edit
            everything.
          </p>
          <div className={styles.answers}>
            <Button ref={safe} onClick={() => question.resolve(null)}>
              Stay restricted
            </Button>
            <span className={styles.rest} />
            {parent === null ? null : (
              <Button tone="quiet" title={`All projects in ${parent}`} onClick={() => question.resolve('parent')}>
                Trust all in {lastPart(parent)}
              </Button>
            )}
            <Button tone="accent" onClick={() => question.resolve('folder')}>
              Trust this folder
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

function lastPart(folder: string): string {
  return folder.split(/[\\/]/).at(-1) ?? folder;
}
