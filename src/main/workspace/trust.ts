/**
 * Which folders the user trusts: their projects may run code and open files. Kept under userData, never
 * in a project, by real path, so that a copied, moved or linked folder has to be trusted anew.
 */
import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, parse } from 'node:path';
import * as z from 'zod/mini';
import { JsonStore } from './json-store.ts';
import { isInside } from './open-project.ts';

const trustShape = z.object({ version: z.literal(1), folders: z.array(z.string()) });
type Trust = z.infer<typeof trustShape>;

/** Name of the file under userData. */
export const TRUST_FILE = 'trust.json';

/** The user's decisions, and folders of our own that need none. */
export class TrustStore {
  readonly #store: JsonStore<Trust>;
  readonly #ownFolders: readonly string[];
  readonly #listeners: (() => void)[] = [];

  /** `ownFolders`: samples and the app's scratch folder. */
  constructor(userDataFolder: string, ownFolders: readonly string[]) {
    this.#store = new JsonStore<Trust>(join(userDataFolder, TRUST_FILE), trustShape, { version: 1, folders: [] });
    this.#ownFolders = ownFolders.flatMap((folder) => realFolder(folder) ?? []);
  }

  /** All trusted folders by real path; what lies below them is trusted too. */
  folders(): readonly string[] {
    return [...this.#ownFolders, ...this.#store.read().folders];
  }

  /** Whether a project in this folder may run. A folder that is not there may not. */
  isTrusted(folder: string): boolean {
    const real = realFolder(folder);
    return real !== null && this.folders().some((trusted) => real === trusted || isInside(real, trusted));
  }

  /**
   * Trusts a folder, or with `parent` the one above it. A whole disk and the home folder are never trusted
   * at once: everything that is downloaded lies there. Answers whether the folder is trusted now.
   */
  grant(folder: string, scope: 'folder' | 'parent'): boolean {
    const real = realFolder(folder);
    if (real === null) return false;
    const chosen = scope === 'parent' ? dirname(real) : real;
    if (isTooWide(chosen)) return this.isTrusted(folder);
    const { folders } = this.#store.read();
    if (!folders.includes(chosen)) this.#keep([...folders, chosen]);
    return true;
  }

  /** Takes the trust from a folder and from those above it that gave it. */
  revoke(folder: string): void {
    const real = realFolder(folder);
    if (real === null) return;
    this.#keep(this.#store.read().folders.filter((trusted) => trusted !== real && !isInside(real, trusted)));
  }

  /** Called after each change. */
  onChanged(listener: () => void): void {
    this.#listeners.push(listener);
  }

  #keep(folders: readonly string[]): void {
    this.#store.write({ version: 1, folders: [...folders] });
    for (const listener of this.#listeners) listener();
  }
}

function isTooWide(folder: string): boolean {
  const home = realFolder(homedir());
  return folder === parse(folder).root || folder === home || (home !== null && isInside(home, folder));
}

function realFolder(folder: string): string | null {
  try {
    return realpathSync(folder);
  } catch {
    return null;
  }
}
