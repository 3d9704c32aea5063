/** The sign of a breakpoint: filled is on, hollow is off, a bar through it is a condition that is wrong. Never colour alone. */
import styles from './breakpoint-mark.module.css';

/** The sign, 12 px wide. */
export function BreakpointSign({ state }: { state: 'on' | 'off' | 'wrong' }) {
  return (
    <svg className={styles.sign} viewBox="0 0 12 12" aria-hidden="true" data-state={state}>
      {state === 'wrong' ? (
        <>
          <circle cx="6" cy="6" r="4.75" fill="none" stroke="currentColor" strokeWidth="1.5" />
          <path d="M2.8 9.2 9.2 2.8" stroke="currentColor" strokeWidth="1.5" />
        </>
      ) : (
        <circle
          cx="6"
          cy="6"
          r={state === 'on' ? 5 : 4.25}
          fill={state === 'on' ? 'currentColor' : 'none'}
          stroke={state === 'on' ? 'none' : 'currentColor'}
          strokeWidth="1.5"
        />
      )}
    </svg>
  );
}
