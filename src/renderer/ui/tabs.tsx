/** A row of tabs over a panel, in the look of all panels. */
import { Tabs as Base } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';
import styles from './tabs.module.css';

/** One tab. */
export interface TabItem<Id extends string> {
  readonly id: Id;
  readonly title: string;
  /** A count or mark beside the title. */
  readonly badge?: ReactNode;
  readonly content: ReactNode;
}

/** Props of `Tabs`. */
export interface TabsProps<Id extends string> {
  readonly label: string;
  readonly value: Id;
  readonly onChange: (id: Id) => void;
  readonly items: readonly TabItem<Id>[];
  /** What stands at the right end of the row. */
  readonly extra?: ReactNode;
}

/** Tabs; only the shown panel is in the page. */
export function Tabs<Id extends string>({ label, value, onChange, items, extra }: TabsProps<Id>) {
  return (
    <Base.Root className={styles.root} value={value} onValueChange={(next) => onChange(next as Id)}>
      <div className={styles.bar}>
        <Base.List className={styles.list} aria-label={label} activateOnFocus>
          {items.map((item) => (
            <Base.Tab key={item.id} value={item.id} className={styles.tab}>
              {item.title}
              {item.badge}
            </Base.Tab>
          ))}
        </Base.List>
        {extra === undefined ? null : <div className={styles.extra}>{extra}</div>}
      </div>
      {items.map((item) => (
        <Base.Panel key={item.id} value={item.id} className={styles.panel}>
          {item.content}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}
