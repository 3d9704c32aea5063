/** Toasts in the corner and the one live region. */
import { CircleAlert, CircleCheck, Info, X } from 'lucide-react';
import { useEffect } from 'react';
import { dismissToast, type Toast, useNotices } from '../store/notices.ts';
import { Button, IconButton } from './button.tsx';
import { classNames } from './class-names.ts';
import styles from './notices.module.css';

/** A good word goes by itself after this; a bad one waits longer, because it has to be read. */
const SHOWN_MS = { info: 4000, good: 4000, bad: 9000 } as const;
const ICONS = { info: Info, good: CircleCheck, bad: CircleAlert } as const;

/** All toasts, newest at the bottom. */
export function Toasts() {
  const toasts = useNotices((s) => s.toasts);
  return (
    <section className={styles.stack} aria-label="Notices">
      {toasts.map((item) => (
        <ToastCard key={item.id} item={item} />
      ))}
    </section>
  );
}

function ToastCard({ item }: { item: Toast }) {
  useEffect(() => {
    const timer = setTimeout(() => dismissToast(item.id), SHOWN_MS[item.tone]);
    return () => clearTimeout(timer);
  }, [item.id, item.tone]);
  const Icon = ICONS[item.tone];
  const { action } = item;
  return (
    <div className={classNames(styles.toast, styles[item.tone])}>
      <Icon className={styles.icon} aria-hidden="true" />
      <div className={styles.text}>
        <p>{item.message}</p>
        {item.hint === '' ? null : <p className={styles.hint}>{item.hint}</p>}
        {action === null ? null : (
          <Button
            onClick={() => {
              dismissToast(item.id);
              action.run();
            }}
          >
            {action.title}
          </Button>
        )}
      </div>
      <IconButton label="Dismiss" onClick={() => dismissToast(item.id)}>
        <X />
      </IconButton>
    </div>
  );
}

/** The live region: what screen readers hear. */
export function Announcer() {
  const announcement = useNotices((s) => s.announcement);
  return (
    <div className="visually-hidden" role="status" aria-live="polite">
      <span key={announcement.serial}>{announcement.text}</span>
    </div>
  );
}
