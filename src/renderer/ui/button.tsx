/** The buttons of the window: one look, an accessible name always, and the shortcut in the tooltip. */
import { Tooltip } from '@base-ui/react/tooltip';
import type { ComponentProps, ReactNode } from 'react';
import styles from './button.module.css';
import { classNames } from './class-names.ts';
import { KeyHint } from './key-hint.tsx';

/** Props of `Button`. */
export interface ButtonProps extends ComponentProps<'button'> {
  readonly tone?: 'plain' | 'accent' | 'bad' | 'quiet';
  readonly icon?: ReactNode;
}

/** A button with text. */
export function Button({ tone = 'plain', icon, children, className, ...rest }: ButtonProps) {
  return (
    <button type="button" className={classNames(styles.button, styles[tone], className)} {...rest}>
      {icon}
      {children}
    </button>
  );
}

/** Props of `IconButton`. */
export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'title'> {
  /** Accessible name and tooltip. */
  readonly label: string;
  /** Shortcut as in the command table, for example `$mod+Enter`. */
  readonly keys?: string | undefined;
  readonly isPressed?: boolean;
  /** What it does, below the name in the tooltip, where the name does not say it all. */
  readonly hint?: string;
}

/** A button that is only an icon; its name is in the tooltip, with its shortcut. */
export function IconButton({ label, keys, isPressed, hint, className, children, ...rest }: IconButtonProps) {
  return (
    <WithTooltip label={label} keys={keys} hint={hint}>
      <button
        type="button"
        aria-label={label}
        aria-pressed={isPressed}
        className={classNames(styles.icon, className)}
        {...rest}
      >
        {children}
      </button>
    </WithTooltip>
  );
}

/** Shows a name (and a shortcut) when the pointer rests on the one child or it has the focus. */
export function WithTooltip({
  label,
  keys,
  hint,
  children,
}: {
  label: string;
  keys?: string | undefined;
  hint?: string | undefined;
  children: React.ReactElement<Record<string, unknown>>;
}) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger render={children} />
      <Tooltip.Portal>
        <Tooltip.Positioner sideOffset={6} className={styles.positioner}>
          <Tooltip.Popup className={styles.tooltip}>
            {label}
            {keys === undefined ? null : <KeyHint keys={keys} />}
            {hint === undefined ? null : <span className={styles.hint}>{hint}</span>}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
