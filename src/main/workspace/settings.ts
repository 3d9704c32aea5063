/** The user's settings, one small file under userData. */
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { CommandOut } from '../../runtime/contract/contract.ts';
import type { WorkspaceContract } from '../../runtime/contract/workspace-contract.ts';
import { JsonStore } from './json-store.ts';

/** All settings, as the workspace contract has them. */
export type Settings = CommandOut<WorkspaceContract, 'settings.read'>;

/** What holds until the user changes it. */
export const DEFAULT_SETTINGS: Settings = {
  theme: 'system',
  recording: { enabled: true, sizeMbMax: 512, keepCount: 20 },
  cluster: { gateway: '', rest: '', savepointFolder: '' },
};

/** Bounds of what may be set; a file edited by hand is brought back into them. */
const SIZE_MB = { min: 1, max: 1024 * 1024 };
const KEEP_COUNT = { min: 1, max: 10_000 };

/** As stored: an older version of the app knew fewer settings. */
const storedShape = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  recording: z.optional(
    z.object({
      enabled: z.optional(z.boolean()),
      sizeMbMax: z.optional(z.number()),
      keepCount: z.optional(z.number()),
    }),
  ),
  cluster: z.optional(
    z.object({
      gateway: z.optional(z.string()),
      rest: z.optional(z.string()),
      savepointFolder: z.optional(z.string()),
    }),
  ),
});
type StoredSettings = z.infer<typeof storedShape>;

/** Reads and writes the settings. */
export class SettingsStore {
  readonly #store: JsonStore<StoredSettings>;

  constructor(userDataFolder: string) {
    this.#store = new JsonStore<StoredSettings>(join(userDataFolder, 'settings.json'), storedShape, DEFAULT_SETTINGS);
  }

  read(): Settings {
    const { theme, recording, cluster } = this.#store.read();
    const { enabled, sizeMbMax, keepCount } = DEFAULT_SETTINGS.recording;
    return {
      theme,
      recording: {
        enabled: recording?.enabled ?? enabled,
        sizeMbMax: within(recording?.sizeMbMax ?? sizeMbMax, SIZE_MB),
        keepCount: within(recording?.keepCount ?? keepCount, KEEP_COUNT),
      },
      cluster: { ...DEFAULT_SETTINGS.cluster, ...cluster },
    };
  }

  write(settings: Settings): void {
    this.#store.write(settings);
  }
}

function within(value: number, { min, max }: { readonly min: number; readonly max: number }): number {
  return Math.min(max, Math.max(min, Math.round(value)));
}
