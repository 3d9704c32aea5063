/**
 * The time bar as a user sees it: the slider, the row field, the buttons, what is said about the moment.
 * Also breakpoints on edges and the list of recordings, which are reached from it.
 */
import { expect, type Locator, type Page } from '@playwright/test';

/** The time bar of the window with a project open. */
export class TimeBar {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  bar(): Locator {
    return this.page.getByRole('region', { name: 'Time' });
  }

  slider(): Locator {
    return this.bar().getByRole('slider', { name: 'Input row' });
  }

  /** Where it stands, as a screen reader says it: `row 500 of 1,000, 12:00:07`. */
  async place(): Promise<string> {
    return (await this.slider().getAttribute('aria-valuetext')) ?? '';
  }

  /** The row at which it stands. */
  async row(): Promise<number> {
    return Number(await this.slider().inputValue());
  }

  /** Waits until the figures show a row: the thumb may be ahead of them. */
  async standsAt(row: number): Promise<void> {
    await expect(this.slider()).toHaveValue(String(row));
    await expect(this.page.getByRole('toolbar', { name: 'Run' })).toContainText(
      `row ${row.toLocaleString('en-US')} of `,
    );
  }

  /** Types a row and waits until it is shown. */
  async goTo(row: number): Promise<void> {
    const field = this.bar().getByRole('textbox', { name: 'Go to input row' });
    await field.fill(String(row));
    await field.press('Enter');
    await this.standsAt(row);
  }

  /** Drags the thumb to a share of the whole, in steps as a hand does. */
  async dragTo(share: number): Promise<void> {
    const box = await this.slider().boundingBox();
    if (box === null) throw new Error('the slider has no place on the screen');
    const row = await this.row();
    const max = Number(await this.slider().getAttribute('max'));
    const y = box.y + box.height / 2;
    // The middle of the thumb moves between half its width from both ends.
    const thumb = 14;
    const at = (part: number): number => box.x + thumb / 2 + part * (box.width - thumb);
    await this.page.mouse.move(at(row / max), y);
    await this.page.mouse.down();
    await this.page.mouse.move(at(share), y, { steps: 20 });
    await this.page.mouse.up();
  }

  button(name: string): Locator {
    return this.bar().getByRole('button', { name, exact: true });
  }

  async stepBack(): Promise<void> {
    await this.button('Step back one row').click();
  }

  async stepForward(): Promise<void> {
    await this.button('Step forward one row').click();
  }

  /** Chooses `1×`, `10×` or `Max`. */
  async chooseSpeed(name: string): Promise<void> {
    await this.bar().getByRole('radio', { name, exact: true }).click();
  }

  /** Plays the recording as fast as possible and waits for its end. */
  async playToEnd(): Promise<void> {
    await this.chooseSpeed('Max');
    await this.button('Play the recording').click();
    await expect(this.digest()).toBeVisible({ timeout: 30_000 });
  }

  /** What is said of the two results at the end. */
  digest(): Locator {
    return this.bar().getByTestId('digest');
  }

  /** The strip that speaks of the moment. */
  moment(): Locator {
    return this.bar().getByTestId('moment');
  }

  async backToTheRun(): Promise<void> {
    await this.bar().getByRole('button', { name: 'Back to the run' }).click();
    await expect(this.moment()).toHaveCount(0);
  }

  /** Puts a breakpoint on an edge with F9 and gives it a condition. */
  async addBreakpoint(from: string, to: string, condition: string): Promise<void> {
    const field = await this.openBreakpoint(from, to);
    await field.fill(condition);
    await field.press('Enter');
    await expect(field).toHaveCount(0);
  }

  /** Puts a breakpoint on an edge with F9 and answers the field of its condition, which is open. */
  async openBreakpoint(from: string, to: string): Promise<Locator> {
    const edge = this.page.locator(`.react-flow__edge[aria-label="Edge from ${from} to ${to}"]`);
    await edge.focus();
    await this.page.keyboard.press('F9');
    const field = this.breakpoint().getByRole('textbox', { name: 'Condition' });
    await expect(field).toBeVisible();
    return field;
  }

  /** The condition that is open. */
  breakpoint(): Locator {
    return this.page.getByRole('dialog', { name: /^Breakpoint:/ });
  }

  /** The strip of a breakpoint that has stopped. */
  hit(): Locator {
    return this.bar().getByTestId('breakpoint-hit');
  }

  async continue(): Promise<void> {
    await this.hit().getByRole('button', { name: 'Continue' }).click();
  }

  /** Opens the list of recordings. */
  async openRecordings(): Promise<Locator> {
    await this.bar()
      .getByRole('button', { name: /^Recordings/ })
      .click();
    const dialog = this.page.getByRole('dialog', { name: 'Recordings' });
    await expect(dialog).toBeVisible();
    return dialog;
  }
}
