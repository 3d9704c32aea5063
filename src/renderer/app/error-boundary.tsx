/**
 * Our own bugs in the window: instead of a blank page the user reads what happened, and that the work
 * is safe (the draft journal has it). Reloading offers it again.
 */
import { Component, type ErrorInfo, type ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import styles from './error-boundary.module.css';

interface State {
  readonly error: Error | null;
}

/** Catches what its children throw while painting. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, State> {
  override readonly state: State = { error: null };

  static getDerivedStateFromError(error: Error): State {
    return { error };
  }

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    console.error('The window failed to paint.', error, info.componentStack);
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <main className={styles.page} role="alert">
        <h1>Something in this window broke.</h1>
        <p>Your unsaved work was kept and is offered after reloading. The message for the bug report:</p>
        <pre className="selectable">{error.stack ?? error.message}</pre>
        <Button tone="accent" onClick={() => window.location.reload()}>
          Reload the window
        </Button>
      </main>
    );
  }
}
