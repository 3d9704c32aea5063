/** The one open question of `store/confirm.ts` as a dialog. */
import { AlertDialog } from '@base-ui/react/alert-dialog';
import { useQuestion } from '../store/confirm.ts';
import { Button } from '../ui/button.tsx';
import popup from '../ui/popup.module.css';

/** The open question, or nothing. */
export function QuestionDialog() {
  const question = useQuestion((s) => s.question);
  if (question === null) return null;
  const [first, ...others] = question.answers;
  return (
    <AlertDialog.Root open onOpenChange={(open) => (open ? undefined : question.resolve(null))}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={popup.backdrop} />
        <AlertDialog.Popup className={popup.dialog}>
          <AlertDialog.Title className={popup.dialogTitle}>{question.title}</AlertDialog.Title>
          <AlertDialog.Description className={popup.dialogText}>{question.message}</AlertDialog.Description>
          <div className={popup.dialogButtons}>
            <Button tone="quiet" onClick={() => question.resolve(null)}>
              Cancel
            </Button>
            {others.map((answer) => (
              <Button key={answer.id} tone={answer.tone} onClick={() => question.resolve(answer.id)}>
                {answer.title}
              </Button>
            ))}
            {first === undefined ? null : (
              <Button tone={first.tone} autoFocus onClick={() => question.resolve(first.id)}>
                {first.title}
              </Button>
            )}
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
