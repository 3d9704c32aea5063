/** The optimised plan as EXPLAIN prints it, of the text as it stands. */
import { useCallback, useEffect, useState } from 'react';
import { connectEngine } from '../store/connect-engine.ts';
import { useProject } from '../store/project.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import styles from './dock.module.css';

interface Answer {
  readonly revision: number;
  readonly text: string;
  readonly failure: string;
}

/** The panel. */
export function PlanPanel() {
  const revision = useProject((s) => s.revision);
  const [answer, setAnswer] = useState<Answer | null>(null);
  const explain = useCallback(async (): Promise<void> => {
    const { text, place, revision: asked } = useProject.getState();
    const engine = await connectEngine();
    if (place === null) return;
    if (engine === null) {
      setAnswer({ revision: asked, text: '', failure: 'the engine is not there.' });
      return;
    }
    const plan = await engine.call('plans.explain', { script: text, folder: place.folder });
    if (!plan.ok) {
      setAnswer({ revision: asked, text: '', failure: plan.error.message });
      return;
    }
    const error = plan.value.diagnostics.find((d) => d.severity === 'error');
    setAnswer({
      revision: asked,
      text: plan.value.text,
      failure: plan.value.text === '' ? (error?.message ?? '') : '',
    });
  }, []);
  useEffect(() => {
    const timer = setTimeout(() => void explain(), revision === 0 ? 0 : 300);
    return () => clearTimeout(timer);
  }, [explain, revision]);

  if (answer === null) return <EmptyState text="Planning…" />;
  if (answer.text === '') {
    return (
      <EmptyState
        text={
          answer.failure === '' ? 'There is no INSERT or SELECT to plan yet.' : `There is no plan: ${answer.failure}`
        }
      >
        <Button onClick={() => void explain()}>Plan again</Button>
      </EmptyState>
    );
  }
  return (
    <section className={styles.scroll} aria-label="Plan">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the text scrolls by keyboard. */}
      <pre className={styles.plan} tabIndex={0}>
        {answer.text}
      </pre>
    </section>
  );
}
