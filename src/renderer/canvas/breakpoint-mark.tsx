/** The breakpoint of an edge, on its label: what it waits for, whether it holds, and whether it has just stopped. */
import { newBreakpoint } from '../app/breakpoint-commands.ts';
import { breakpointOn, editBreakpoint, useBreakpoints } from '../store/breakpoints.ts';
import { classNames } from '../ui/class-names.ts';
import styles from './breakpoint-mark.module.css';
import { BreakpointSign } from './breakpoint-sign.tsx';

/** The mark; without a breakpoint a faint one that adds it, seen when the edge is looked at. */
export function BreakpointMark({
  from,
  to,
  addClassName,
  isFocusable,
}: {
  readonly from: string;
  readonly to: string;
  /** Shows the faint one only when the edge is looked at. */
  readonly addClassName?: string | undefined;
  readonly isFocusable: boolean;
}) {
  const breakpoint = useBreakpoints((s) => breakpointOn(s.list, { from, to }));
  const problem = useBreakpoints((s) => (breakpoint === null ? undefined : s.problems.get(breakpoint.id)));
  const isHit = useBreakpoints((s) => breakpoint !== null && s.hit?.breakpointId === breakpoint.id);
  if (breakpoint === null) {
    return (
      <button
        type="button"
        className={classNames(styles.mark, styles.add, addClassName)}
        aria-label="Add a breakpoint here"
        title="Add a breakpoint here"
        tabIndex={isFocusable ? 0 : -1}
        onClick={() => newBreakpoint({ from, to })}
      >
        <BreakpointSign state="off" />
      </button>
    );
  }
  const { id, condition, enabled } = breakpoint;
  const state = problem !== undefined ? 'wrong' : enabled ? 'on' : 'off';
  const what = condition === '' ? 'at every row' : condition;
  const name = `Breakpoint ${state === 'wrong' ? `with a wrong condition. ${problem}` : state}: ${what}`;
  return (
    <button
      type="button"
      className={classNames(styles.mark, styles[state], isHit && styles.hit)}
      aria-label={isHit ? `Stopped here. ${name}` : name}
      title={name}
      tabIndex={isFocusable ? 0 : -1}
      onClick={() => editBreakpoint(id)}
    >
      <BreakpointSign state={state} />
    </button>
  );
}
