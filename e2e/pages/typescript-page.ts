/**
 * Functions and operators in TypeScript as a user sees them: the palette's items, the function library, the
 * editors of their files, and the question whether the project is trusted.
 */
import { expect, type Locator, type Page } from '@playwright/test';

/** The TypeScript side of an open project. */
export class TypescriptPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** The editor of a file that is shown: large in the centre, or narrow in the inspector. */
  editor(): Locator {
    // With the file open in both the large one is meant.
    return this.page.getByTestId('file-editor').or(this.page.getByTestId('node-file-editor')).first();
  }

  /** Shows the file of the node that is selected, in the inspector. */
  async openInInspector(): Promise<void> {
    await this.page.getByRole('complementary', { name: 'Inspector' }).getByRole('tab', { name: 'TypeScript' }).click();
    await this.ready();
  }

  /** Opens the file of a function from the library. */
  async openFromLibrary(functionName: string): Promise<void> {
    await this.library().locator(`[data-function="${functionName}"]`).click();
    await this.ready();
  }

  library(): Locator {
    return this.page.getByRole('region', { name: 'Function library' });
  }

  /** Names in the library, in its order. */
  async functionNames(): Promise<string[]> {
    return this.library()
      .locator('[data-function]')
      .evaluateAll((lines) => lines.map((line) => line.getAttribute('data-function') ?? ''));
  }

  /** Waits until the editor shows text. */
  async ready(): Promise<void> {
    await expect(this.editor().locator('.view-line').first()).toBeVisible({ timeout: 20_000 });
  }

  /** The text that the editor shows (of a file short enough to be seen whole). */
  async text(): Promise<string> {
    const lines = this.editor().locator('.view-lines .view-line');
    const placed = await lines.evaluateAll((elements) =>
      elements
        .map((line) => ({ top: Number.parseFloat((line as HTMLElement).style.top), text: line.textContent ?? '' }))
        .sort((a, b) => a.top - b.top)
        .map((line) => line.text.replaceAll('\u00a0', ' ')),
    );
    return placed.join('\n');
  }

  /** Replaces the whole text. Pasted, so that completion adds nothing. */
  async replaceText(text: string): Promise<void> {
    await this.focus();
    await this.page.keyboard.press('ControlOrMeta+A');
    await this.paste(text);
  }

  /** Puts the caret into the text editor. */
  async focus(): Promise<void> {
    await this.editor().locator('.view-lines').click();
  }

  async paste(text: string): Promise<void> {
    await this.page.evaluate((value) => navigator.clipboard.writeText(value), text);
    await this.page.keyboard.press('ControlOrMeta+V');
  }

  /** Words that are underlined in red. */
  redLines(): Locator {
    return this.editor().locator('.squiggly-error');
  }

  /** What completion offers after `text` is typed at the caret. */
  async completionsAfter(text: string): Promise<string[]> {
    await this.page.keyboard.type(text);
    const list = this.page.locator('.suggest-widget.visible .monaco-list-row');
    await expect(list.first()).toBeVisible({ timeout: 10_000 });
    const labels = await list.evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label') ?? ''));
    return labels.map((label) => label.split(',')[0]?.trim() ?? '');
  }

  trustBanner(): Locator {
    return this.page.getByTestId('trust-banner');
  }

  trustDialog(): Locator {
    return this.page.getByRole('alertdialog', { name: /trust the author/i });
  }

  /** Answers the trust dialog, which is open. */
  async answerTrust(answer: 'Stay restricted' | 'Trust this folder'): Promise<void> {
    await this.trustDialog().getByRole('button', { name: answer }).click();
    await expect(this.trustDialog()).toBeHidden();
  }
}
