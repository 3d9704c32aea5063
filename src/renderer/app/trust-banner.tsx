/** Says that the project runs nothing yet, and why; with the way to change it. */
import { ShieldAlert } from 'lucide-react';
import { useProject } from '../store/project.ts';
import { askForTrust } from '../store/trust.ts';
import { Button } from '../ui/button.tsx';
import styles from './trust.module.css';

/** The banner, or nothing for a project that is trusted. */
export function TrustBanner() {
  const isRestricted = useProject((s) => s.place?.trusted === false);
  if (!isRestricted) return null;
  return (
    <section className={styles.banner} aria-label="Restricted project" data-testid="trust-banner">
      <ShieldAlert aria-hidden="true" />
      <p className={styles.text}>
        <strong>Restricted.</strong> You can look at everything and edit it. Nothing runs until you trust this folder.
      </p>
      <Button onClick={() => void askForTrust()}>Trust…</Button>
    </section>
  );
}
