/**
 * Folders that the user chose to export into. They are asked for here and told to the engine from here, so that a page
 * cannot have anything written where the user never pointed.
 */
import { type BrowserWindow, dialog, shell } from 'electron';

/** The folders of this session. */
export class ExportFolders {
  readonly #chosen = new Set<string>();
  readonly #tell: (folders: readonly string[]) => void;

  /** `tell` hears of all folders whenever there is a new one. */
  constructor(tell: (folders: readonly string[]) => void) {
    this.#tell = tell;
  }

  /** All of them, for an engine that starts later. */
  all(): readonly string[] {
    return [...this.#chosen];
  }

  /** Asks with the system's dialog; null: the user went away. */
  async choose(window: BrowserWindow): Promise<string | null> {
    const { canceled, filePaths } = await dialog.showOpenDialog(window, {
      title: 'Export into a Folder',
      buttonLabel: 'Export Here',
      properties: ['openDirectory', 'createDirectory', 'promptToCreate'],
    });
    const folder = filePaths[0];
    if (canceled || folder === undefined) return null;
    this.#chosen.add(folder);
    this.#tell(this.all());
    return folder;
  }

  /** Opens a chosen folder in the file manager; any other is left alone. */
  async reveal(folder: string): Promise<void> {
    if (this.#chosen.has(folder)) await shell.openPath(folder);
  }
}
