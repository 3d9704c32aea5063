/** The export dialog as a user sees it. */
import { expect, type Locator, type Page } from '@playwright/test';
import type { Designer } from '../fixtures/designer.ts';

/** The dialog. */
export class ExportPage {
  readonly page: Page;
  readonly #designer: Designer;

  constructor(designer: Designer) {
    this.#designer = designer;
    this.page = designer.page;
  }

  dialog(): Locator {
    return this.page.getByRole('dialog', { name: 'Export to Flink' });
  }

  /** Opens the dialog by its key and waits until the bundle is prepared. */
  async open(): Promise<void> {
    await this.page.keyboard.press('ControlOrMeta+E');
    await this.prepared();
  }

  async prepared(): Promise<void> {
    await expect(
      this.dialog()
        .getByText(/ready|files, |cannot run/)
        .first(),
    ).toBeVisible({ timeout: 30_000 });
  }

  findings(): Locator {
    return this.dialog().getByRole('region', { name: 'Findings' }).getByRole('listitem');
  }

  /** Paths of the files. */
  async files(): Promise<string[]> {
    return this.dialog()
      .getByRole('tree')
      .locator('[data-path]')
      .evaluateAll((all) => all.map((each) => (each as HTMLElement).dataset.path ?? ''));
  }

  async show(path: string): Promise<void> {
    await this.dialog().getByRole('tree').locator(`[data-path="${path}"]`).click();
    await expect(this.view(path)).toBeVisible();
  }

  /** The editor that shows a file. */
  view(path: string): Locator {
    return this.dialog().locator(`[data-testid="export-file"][data-path="${path}"] .view-lines`);
  }

  /** Answers the system's folder dialog with `folder` from now on: no test can click into that one. */
  async willChoose(folder: string): Promise<void> {
    await this.#designer.app.evaluate(({ dialog }, chosen) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] });
    }, folder);
  }

  async press(name: string | RegExp): Promise<void> {
    await this.dialog().getByRole('button', { name }).click();
  }
}
