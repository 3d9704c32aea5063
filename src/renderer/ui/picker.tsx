/**
 * A list to choose from with a search field: the command palette, the list of targets of a port, the
 * quick-add menu. Arrows move, Enter chooses, Escape leaves; what cannot be chosen says why.
 */
import { Dialog } from '@base-ui/react/dialog';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react';
import { classNames } from './class-names.ts';
import { KeyHint } from './key-hint.tsx';
import styles from './picker.module.css';
import popup from './popup.module.css';

/** One choice. */
export interface PickerItem {
  readonly id: string;
  readonly title: string;
  readonly note?: string | undefined;
  readonly icon?: ReactNode;
  readonly keys?: string | undefined;
  /** Why it cannot be chosen; it stays in the list, dimmed. */
  readonly refusal?: string | null | undefined;
}

/** Props of `Picker`. */
export interface PickerProps {
  readonly label: string;
  readonly placeholder: string;
  readonly items: readonly PickerItem[];
  readonly emptyText: string;
  readonly onPick: (id: string) => void;
  readonly onClose: () => void;
}

/** More are found by typing on; a list of thousands would only be slow. */
const SHOWN_COUNT_MAX = 100;

/** A modal list with a search field. Mount it to open it. */
export function Picker({ label, placeholder, items, emptyText, onPick, onClose }: PickerProps) {
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const listId = useId();
  const list = useRef<HTMLDivElement>(null);
  const found = useMemo(() => searchItems(items, query).slice(0, SHOWN_COUNT_MAX), [items, query]);
  const current = Math.min(active, Math.max(0, found.length - 1));

  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  });

  const choose = (item: PickerItem | undefined): void => {
    if (item === undefined || (item.refusal ?? null) !== null) return;
    onClose();
    onPick(item.id);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0 && found.length > 0) {
      event.preventDefault();
      setActive((current + step + found.length) % found.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      choose(found[current]);
    }
  };

  return (
    <Dialog.Root open onOpenChange={(open) => (open ? undefined : onClose())}>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles.backdrop} />
        <Dialog.Popup className={styles.picker} aria-label={label}>
          <Dialog.Title className="visually-hidden">{label}</Dialog.Title>
          <input
            className={styles.search}
            // biome-ignore lint/a11y/noAutofocus: the picker was opened to type into this field.
            autoFocus
            role="combobox"
            aria-label={label}
            aria-expanded="true"
            aria-controls={listId}
            aria-activedescendant={found[current] === undefined ? undefined : `${listId}-${current}`}
            placeholder={placeholder}
            spellCheck={false}
            value={query}
            onChange={(event) => {
              setQuery(event.target.value);
              setActive(0);
            }}
            onKeyDown={onKeyDown}
          />
          <div ref={list} id={listId} role="listbox" aria-label={label} className={styles.list}>
            {found.map((item, index) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the search field handles the keys for all options.
              <div
                key={item.id}
                id={`${listId}-${index}`}
                role="option"
                tabIndex={-1}
                aria-selected={index === current}
                aria-disabled={(item.refusal ?? null) !== null}
                className={classNames(popup.item, styles.option)}
                onPointerMove={() => setActive(index)}
                onClick={() => choose(item)}
              >
                {item.icon}
                <span className={popup.grow}>{item.title}</span>
                <span className={popup.note}>{item.refusal ?? item.note}</span>
                {item.keys === undefined ? null : <KeyHint keys={item.keys} />}
              </div>
            ))}
            {found.length === 0 ? <p className={styles.none}>{emptyText}</p> : null}
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Items whose title or note contains all typed words, those with a title match at a word's start first. */
export function searchItems(items: readonly PickerItem[], query: string): readonly PickerItem[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return items;
  const scored: { item: PickerItem; score: number; order: number }[] = [];
  items.forEach((item, order) => {
    const title = item.title.toLowerCase();
    const all = `${title} ${(item.note ?? '').toLowerCase()}`;
    if (!words.every((word) => all.includes(word))) return;
    const score = words.reduce(
      (sum, word) => sum + (title.startsWith(word) ? 3 : title.includes(` ${word}`) ? 2 : title.includes(word) ? 1 : 0),
      0,
    );
    scored.push({ item, score, order });
  });
  return scored.sort((a, b) => b.score - a.score || a.order - b.order).map((s) => s.item);
}
