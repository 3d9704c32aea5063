/** What an empty place says: one sentence that teaches the next step, and one button that does it. */
import type { ReactNode } from 'react';
import styles from './empty-state.module.css';

/** An empty state. `children` is the one button. */
export function EmptyState({ icon, text, children }: { icon?: ReactNode; text: string; children?: ReactNode }) {
  return (
    <div className={styles.empty}>
      {icon === undefined ? null : <span className={styles.icon}>{icon}</span>}
      <p className={styles.text}>{text}</p>
      {children}
    </div>
  );
}
