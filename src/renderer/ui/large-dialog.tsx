/** A large dialog that is read, with a title and a way out. Questions are asked in a smaller one. */
import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import styles from './large-dialog.module.css';
import popup from './popup.module.css';

/** The dialog, open as long as it is shown. */
export function LargeDialog({
  title,
  onClose,
  isWide = false,
  children,
}: {
  readonly title: string;
  readonly onClose: () => void;
  /** As wide as the window allows: for what stands side by side. */
  readonly isWide?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <Dialog.Root open onOpenChange={(open) => (open ? undefined : onClose())}>
      <Dialog.Portal>
        <Dialog.Backdrop className={popup.backdrop} />
        <Dialog.Popup className={classNames(styles.dialog, isWide && styles.wide)}>
          <header className={styles.header}>
            <Dialog.Title className={popup.dialogTitle}>{title}</Dialog.Title>
            {/* Without a tooltip: it would open with the focus and take the first Escape for itself. */}
            <Dialog.Close className={styles.close} aria-label="Close">
              <X aria-hidden="true" />
            </Dialog.Close>
          </header>
          {children}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
