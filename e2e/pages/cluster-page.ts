/** The cluster dialog and the bar of watched jobs as a user sees them. */
import { expect, type Locator, type Page } from '@playwright/test';

/** Where a cluster is. */
export interface ClusterAddresses {
  readonly gateway: string;
  readonly rest: string;
  readonly savepointFolder: string;
}

/** What the user does with a cluster. */
export class ClusterPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  dialog(): Locator {
    return this.page.getByRole('dialog', { name: 'Flink cluster' });
  }

  async open(): Promise<void> {
    await this.page.keyboard.press('ControlOrMeta+Shift+E');
    await expect(this.dialog()).toBeVisible();
  }

  async connect({ gateway, rest, savepointFolder }: ClusterAddresses): Promise<void> {
    await this.fill('SQL gateway', gateway);
    await this.fill('JobManager (REST)', rest);
    await this.fill('Savepoint folder', savepointFolder);
  }

  async fill(label: string, value: string): Promise<void> {
    const field = this.dialog().getByLabel(label);
    await field.fill(value);
    await field.press('Enter');
  }

  async test(): Promise<void> {
    await this.dialog().getByRole('button', { name: 'Test', exact: true }).click();
  }

  async submit(): Promise<void> {
    await this.dialog().getByRole('button', { name: 'Submit', exact: true }).click();
  }

  /** The bar under the canvas. */
  bar(): Locator {
    return this.page.getByRole('region', { name: 'Cluster' });
  }

  /** The line of the watched job. */
  job(): Locator {
    return this.bar().locator('[data-job]');
  }

  async jobId(): Promise<string> {
    return (await this.job().first().getAttribute('data-job')) ?? '';
  }

  savepoint(): Locator {
    return this.bar().getByTestId('savepoint');
  }
}
