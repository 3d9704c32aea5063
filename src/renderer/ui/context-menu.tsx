/** A context menu over any area: right button, or the menu key when the area has the focus. */
import { ContextMenu as Base } from '@base-ui/react/context-menu';
import type { ReactElement, ReactNode } from 'react';
import { KeyHint } from './key-hint.tsx';
import popup from './popup.module.css';

/** One entry; `null` is a line between groups. */
export type MenuEntry = {
  readonly id: string;
  readonly title: string;
  readonly icon?: ReactNode;
  readonly keys?: string | undefined;
  readonly isDisabled?: boolean;
  readonly run: () => void;
} | null;

/** Wraps `children` (one element) with a menu whose entries are made when it opens. */
export function ContextMenu({
  entries,
  onOpenChange,
  children,
}: {
  entries: () => readonly MenuEntry[];
  onOpenChange?: (open: boolean) => void;
  children: ReactElement<Record<string, unknown>>;
}) {
  return (
    <Base.Root onOpenChange={(open) => onOpenChange?.(open)}>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner className={popup.positioner}>
          <Base.Popup className={popup.popup}>
            <Entries entries={entries} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

function Entries({ entries }: { entries: () => readonly MenuEntry[] }) {
  return entries().map((entry, index) =>
    entry === null ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity of their own.
      <Base.Separator key={`line-${index}`} className={popup.separator} />
    ) : (
      <Base.Item key={entry.id} className={popup.item} disabled={entry.isDisabled ?? false} onClick={entry.run}>
        {entry.icon}
        <span className={popup.grow}>{entry.title}</span>
        {entry.keys === undefined ? null : <KeyHint keys={entry.keys} />}
      </Base.Item>
    ),
  );
}
