/**
 * The designer as a user sees it: nodes by name, fields by label, commands by key. Specs speak this
 * language, so that a change of the window's inside changes this file and no spec.
 */
import { expect, type Locator, type Page } from '@playwright/test';

/** A row of the Rows panel. */
export interface ShownRow {
  readonly kind: string;
  readonly values: readonly string[];
}

/** The window with a project open. */
export class DesignerPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Waits until a project is open and its graph is drawn. */
  async ready(): Promise<void> {
    await expect(this.page.getByRole('toolbar', { name: 'Run' })).toBeVisible({ timeout: 15_000 });
    await expect(this.cards().first()).toBeVisible();
  }

  cards(): Locator {
    return this.page.locator('.react-flow__node');
  }

  /** The card of a node. */
  node(name: string): Locator {
    return this.cards().filter({ has: this.page.locator(`span[title="${name}"]`) });
  }

  async nodeNames(): Promise<string[]> {
    const labels = await this.cards().evaluateAll((cards) =>
      cards.map((card) => card.querySelector('span[title]')?.getAttribute('title') ?? ''),
    );
    return labels.sort();
  }

  async select(name: string): Promise<void> {
    await this.node(name).click({ position: { x: 60, y: 12 } });
    await expect(this.inspector()).toContainText('');
    await expect(this.nameField()).toHaveValue(name);
  }

  /** The row count on a node's card, as a number; null before a run. */
  async rowCount(name: string): Promise<number | null> {
    const counts = this.node(name).locator('[title$=" row"], [title$=" rows"]');
    if ((await counts.count()) === 0) return null;
    const title = (await counts.first().getAttribute('title')) ?? '';
    return Number(title.replace(/[^\d]/g, ''));
  }

  /** Drags an item of the palette to a place of the canvas (in pixels from its top left corner). */
  async dragFromPalette(kind: string, x: number, y: number): Promise<void> {
    await this.page.locator(`[data-palette="${kind}"]`).dragTo(this.page.locator('.react-flow__pane'), {
      targetPosition: { x, y },
    });
  }

  /** Draws an edge from a node's output to an input of another. */
  async connect(from: string, to: string, input = 0): Promise<void> {
    const start = await centre(this.node(from).locator('.react-flow__handle.source'));
    const end = await centre(this.node(to).locator('.react-flow__handle.target').nth(input));
    await this.page.mouse.move(start.x, start.y);
    await this.page.mouse.down();
    await this.page.mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2, { steps: 5 });
    await this.page.mouse.move(end.x, end.y, { steps: 5 });
    await this.page.mouse.up();
  }

  /** Takes an edge away. */
  async deleteEdge(from: string, to: string): Promise<void> {
    // Not in its middle, where the button is that inserts a node.
    const edge = this.page.locator(`.react-flow__edge[aria-label="Edge from ${from} to ${to}"] path`).first();
    const { x, y } = await edge.evaluate((element) => {
      const path = element as SVGPathElement;
      const at = path.getPointAtLength(path.getTotalLength() * 0.2).matrixTransform(path.getScreenCTM() ?? undefined);
      return { x: at.x, y: at.y };
    });
    await this.page.mouse.click(x, y);
    await this.page.keyboard.press('Delete');
  }

  inspector(): Locator {
    return this.page.getByRole('complementary', { name: 'Inspector' });
  }

  nameField(): Locator {
    return this.inspector().getByRole('textbox', { name: /^Name/ }).first();
  }

  field(label: string): Locator {
    return this.inspector().getByLabel(label, { exact: true });
  }

  /** Fills a field of the form and commits it. */
  async fill(label: string, value: string): Promise<void> {
    const field = this.field(label);
    await field.fill(value);
    await field.press('Enter');
  }

  async openTab(name: string): Promise<void> {
    // A tab may carry a count.
    await this.page.getByRole('tab', { name: new RegExp(`^${name}( \\d+)?$`) }).click();
  }

  /** Replaces the text of the editor that is shown. */
  async typeIntoEditor(text: string): Promise<void> {
    const editor = this.editor();
    await editor.click();
    await this.page.keyboard.press('ControlOrMeta+A');
    // Pasted, not typed: completion and auto-closing would add to what the test means.
    await this.page.evaluate((value) => navigator.clipboard.writeText(value), text);
    await this.page.keyboard.press('ControlOrMeta+V');
  }

  editor(): Locator {
    return this.page.locator('.monaco-editor .view-lines').last();
  }

  /** The lines of the editor that are in sight. */
  async editorText(): Promise<string> {
    const lines = await this.editor()
      .locator('.view-line')
      .evaluateAll((all) =>
        all
          .map((line) => ({ top: line.getBoundingClientRect().top, text: line.textContent ?? '' }))
          .sort((a, b) => a.top - b.top)
          .map((line) => line.text),
      );
    return lines.join('\n').replaceAll('\u00a0', ' ');
  }

  async run(): Promise<void> {
    await this.page.getByRole('toolbar', { name: 'Run' }).getByRole('button', { name: 'Run', exact: true }).click();
  }

  /** Runs and waits for the end. */
  async runToEnd(): Promise<void> {
    await this.run();
    await expect(this.runState()).toContainText('Finished', { timeout: 30_000 });
  }

  runState(): Locator {
    return this.page.getByRole('toolbar', { name: 'Run' });
  }

  /** The rows in sight. */
  async rows(): Promise<ShownRow[]> {
    return this.page.getByRole('table', { name: 'Rows' }).evaluate((table) =>
      [...table.querySelectorAll('[role=row][data-kind]')].map((row) => ({
        kind: row.getAttribute('data-kind') ?? '',
        values: [...row.querySelectorAll('[role=cell]')].slice(2).map((cell) => cell.textContent ?? ''),
      })),
    );
  }

  /** The lines of the Problems panel. */
  problems(): Locator {
    return this.page.getByRole('tabpanel', { name: /^Problems/ }).getByRole('listitem');
  }

  /** Undoes until nothing changes any more. */
  async undoAll(): Promise<void> {
    await this.focusCanvas();
    for (let i = 0; i < 40 && (await this.isDirty()); i++) await this.page.keyboard.press('ControlOrMeta+Z');
  }

  async isDirty(): Promise<boolean> {
    // What was pressed before is done, and painted, two frames later.
    await this.page.evaluate(
      () => new Promise<void>((settle) => requestAnimationFrame(() => requestAnimationFrame(() => settle()))),
    );
    return (await this.page.getByRole('img', { name: 'Unsaved changes' }).count()) > 0;
  }

  /** Does something by its name, with the command palette. */
  async command(title: string): Promise<void> {
    await this.page.keyboard.press('ControlOrMeta+K');
    const palette = this.page.getByRole('dialog', { name: 'Command palette' });
    await palette.getByRole('combobox').fill(title);
    await palette.getByRole('option', { name: title }).first().click();
    await expect(palette).toHaveCount(0);
  }

  async focusCanvas(): Promise<void> {
    await this.page.getByRole('region', { name: 'Canvas' }).focus();
  }

  async save(): Promise<void> {
    await this.page.keyboard.press('ControlOrMeta+S');
    await expect(this.page.getByRole('img', { name: 'Unsaved changes' })).toHaveCount(0);
  }
}

async function centre(locator: Locator): Promise<{ x: number; y: number }> {
  const box = await locator.boundingBox();
  if (box === null) throw new Error('the element has no place on the screen');
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}
