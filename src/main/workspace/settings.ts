/** The user's settings, one small file under userData. */
import { join } from 'node:path';
import * as z from 'zod/mini';
import { JsonStore } from './json-store.ts';

const settingsShape = z.object({ theme: z.enum(['system', 'light', 'dark']) });

/** All settings. */
export type Settings = z.infer<typeof settingsShape>;

/** Reads and writes the settings. */
export class SettingsStore {
  readonly #store: JsonStore<Settings>;

  constructor(userDataFolder: string) {
    this.#store = new JsonStore<Settings>(join(userDataFolder, 'settings.json'), settingsShape, { theme: 'system' });
  }

  read(): Settings {
    return this.#store.read();
  }

  write(settings: Settings): void {
    this.#store.write(settings);
  }
}
