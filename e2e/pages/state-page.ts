/** The State panel as a user sees it: entries by key, filter, order, and what is said of the whole. */
import { expect, type Locator, type Page } from '@playwright/test';

/** An entry in sight: its cells without the time of the last change. */
export type ShownEntry = readonly string[];

/** The State panel of the window with a project open. */
export class StatePage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Brings the panel to the front and waits for entries. */
  async open(): Promise<void> {
    await this.page.getByRole('tab', { name: /^State( \d+)?$/ }).click();
    await expect(this.table()).toBeVisible();
    await this.settled();
  }

  panel(): Locator {
    return this.page.getByRole('tabpanel', { name: /^State/ });
  }

  table(): Locator {
    return this.panel().getByRole('table');
  }

  /** Waits until what is shown is what was asked for. */
  async settled(): Promise<void> {
    await expect(this.table()).toHaveAttribute('aria-busy', 'false');
    await expect(this.table().getByRole('row').nth(1)).not.toHaveText('');
  }

  /** Entries in sight, in their order. */
  async entries(): Promise<ShownEntry[]> {
    return this.table().evaluate((table) =>
      [...table.querySelectorAll<HTMLElement>('[role=row]')]
        .filter((row) => row.querySelector('[role=cell]') !== null)
        .sort((a, b) => Number(a.getAttribute('aria-rowindex')) - Number(b.getAttribute('aria-rowindex')))
        .map((row) => [...row.querySelectorAll('[role=cell]')].slice(0, -1).map((cell) => cell.textContent ?? '')),
    );
  }

  /** The first value of the entry whose first key column shows `key`; null when it is not in sight. */
  async value(key: string): Promise<string | null> {
    return (await this.entries()).find((cells) => cells[0] === key)?.[1] ?? null;
  }

  /** How many entries the table has, in sight or not. */
  async entryCount(): Promise<number> {
    return Number(await this.table().getAttribute('aria-rowcount')) - 1;
  }

  filter(): Locator {
    return this.panel().getByRole('textbox', { name: /^Filter/ });
  }

  /** Orders by a column: ascending, then descending, then not. */
  async sortBy(column: string): Promise<void> {
    await this.table().getByRole('columnheader', { name: column }).getByRole('button').click();
    await this.settled();
  }

  /** How much there is, as the panel says it. */
  size(): Locator {
    return this.panel().getByTestId('state-size');
  }
}
