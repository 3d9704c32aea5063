/** What the window says when the engine's process is gone, with the one button that brings it back. */
import { Unplug } from 'lucide-react';
import { connectEngine } from '../store/connect-engine.ts';
import { useRun } from '../store/run.ts';
import { Button } from '../ui/button.tsx';
import styles from './engine-banner.module.css';

/** The banner, or nothing while all is well. */
export function EngineBanner() {
  const engine = useRun((s) => s.engine);
  const message = useRun((s) => s.engineMessage);
  if (engine !== 'down') return null;
  return (
    <div className={styles.banner} role="alert">
      <Unplug aria-hidden="true" />
      <p className={styles.text}>{message === '' ? 'The engine is not there.' : message}</p>
      <Button onClick={() => void connectEngine()}>Restart engine</Button>
    </div>
  );
}
