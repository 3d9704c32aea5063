/**
 * The commands of the designer's export, for one window: one bundle at a time is prepared, kept, looked at and written.
 */
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { CommandIn, CommandOut, Service } from '../../contract/contract.ts';
import type { EngineContract } from '../../contract/engine-contract.ts';
import { NOTHING_PREPARED, type PreparedExport } from '../../contract/export-commands.ts';
import type { ExportFile } from '../../export/export-file.ts';
import type { Finding } from '../../export/findings.ts';
import { defaultLimits, heapMbOf } from '../engine/run-limits.ts';
import { type TrustedFolders, untrusted } from '../engine/trusted-folders.ts';
import { diagnosticMessage } from '../engine/worker-messages.ts';
import { compileScript, needsOf } from '../functions/script-functions.ts';
import { writeFolder } from './bundle-folder.ts';
import { type ExportThread, startExport } from './export-thread.ts';

type Commands = Pick<Service<EngineContract>, 'exports.prepare' | 'exports.file' | 'exports.write' | 'exports.close'>;

/** What the service is given. */
export interface ExportSeams {
  /** The program's own file, which threads start from. */
  readonly entry: URL;
  readonly trust: TrustedFolders;
  /** Folders that the user chose to write into. */
  readonly exportFolders: TrustedFolders;
  /** Whether a recording may be opened. */
  mayOpen(folder: string): boolean;
}

/** The main process says what was chosen, and the window says to write there, over two ways: one may be the faster. */
const CHOSEN_WAIT_MS = 50;
const CHOSEN_WAIT_COUNT = 20;

/** Characters (bytes of data) of a file that are shown: more is not read by eye, and the whole is in the folder. */
const SHOWN_MAX = 200_000;

/** Exports of one window. */
export class ExportService {
  readonly #seams: ExportSeams;
  #count = 0;
  #thread: ExportThread | null = null;
  #kept: { readonly id: string; readonly files: readonly ExportFile[] } | null = null;

  constructor(seams: ExportSeams) {
    this.#seams = seams;
  }

  /** The commands. */
  commands(): Commands {
    return {
      'exports.prepare': (params) => this.#prepare(params),
      'exports.file': ({ exportId, path }) => shown(this.#filesOf(exportId).find((file) => file.path === path)),
      'exports.write': (params) => this.#write(params),
      'exports.close': () => {
        this.close();
        return {};
      },
    };
  }

  /** Ends what is under way and forgets what was prepared. */
  close(): void {
    this.#count += 1;
    this.#thread?.end();
    this.#thread = null;
    this.#kept = null;
  }

  async #prepare(params: CommandIn<EngineContract, 'exports.prepare'>): Promise<PreparedExport> {
    const { script, folder, name, files, expected } = params;
    if (!this.#seams.trust.has(folder)) return { ...NOTHING_PREPARED, failure: sentences(untrusted(folder)) };
    if (expected.kind === 'recording' && !this.#seams.mayOpen(expected.path)) {
      return { ...NOTHING_PREPARED, failure: sentences(untrusted(expected.path)) };
    }
    this.close();
    const number = this.#count;
    const compiled = await compileScript(needsOf(script), { folder, files });
    if (number !== this.#count) return { ...NOTHING_PREPARED, isCancelled: true };
    const project = { name, text: script, folder, files, compiled };
    const thread = startExport(
      { kind: 'export', project, expected },
      { entry: this.#seams.entry, heapMb: heapMbOf(defaultLimits()) },
    );
    this.#thread = thread;
    const answer = await thread.answer;
    if (number !== this.#count) return { ...NOTHING_PREPARED, isCancelled: true };
    this.#thread = null;
    if (answer === null) return { ...NOTHING_PREPARED, failure: 'The export broke down.' };
    const id = `export-${number}`;
    if (answer.files.length > 0) this.#kept = { id, files: answer.files };
    return {
      exportId: answer.files.length > 0 ? id : null,
      files: answer.files.map((file) => ({
        path: file.path,
        sizeBytes: 'text' in file ? Buffer.byteLength(file.text) : file.bytes.byteLength,
        isData: !('text' in file),
        isProgram: 'text' in file && file.isProgram === true,
      })),
      findings: [...answer.refusals.map(findingMessage(true)), ...answer.differences.map(findingMessage(false))],
      diagnostics: answer.diagnostics.map(diagnosticMessage),
      expected: answer.expected === null ? null : [...answer.expected],
      failure: answer.failure,
      isCancelled: false,
    };
  }

  async #write({ exportId, folder, isForced }: CommandIn<EngineContract, 'exports.write'>) {
    const no = (message: string) => ({ fileCount: 0, failure: { message, canForce: false } });
    const files = this.#filesOf(exportId);
    if (files.length === 0) return no('This export is not there any more: prepare it again.');
    if (!(await this.#wasChosen(folder))) return no('Choose the folder first.');
    const written = writeFolder(folder, files, { isForced });
    return written.ok ? { fileCount: files.length, failure: null } : { fileCount: 0, failure: written.error };
  }

  async #wasChosen(folder: string): Promise<boolean> {
    for (let i = 0; i < CHOSEN_WAIT_COUNT && !this.#seams.exportFolders.has(folder); i++) {
      await new Promise((done) => setTimeout(done, CHOSEN_WAIT_MS));
    }
    return this.#seams.exportFolders.has(folder);
  }

  #filesOf(exportId: string): readonly ExportFile[] {
    return this.#kept?.id === exportId ? this.#kept.files : [];
  }
}

function sentences({ message, hint }: Diagnostic): string {
  return hint === undefined ? message : `${message} ${hint}`;
}

function findingMessage(isRefusal: boolean) {
  return ({ code, message, nodeId }: Finding) => ({ code, message, nodeId, isRefusal });
}

/** A file as it is shown: its beginning, when it is long. What is no text has none. */
function shown(file: ExportFile | undefined): CommandOut<EngineContract, 'exports.file'> {
  if (file === undefined) return { text: null, isCut: false };
  if ('text' in file) return { text: file.text.slice(0, SHOWN_MAX), isCut: file.text.length > SHOWN_MAX };
  const { bytes } = file;
  const head = bytes.subarray(0, SHOWN_MAX);
  // Text has no NUL; a character that the cut went through is no fault.
  if (head.includes(0)) return { text: null, isCut: false };
  const text = new TextDecoder().decode(head, { stream: true });
  return { text: text.includes('\uFFFD') ? null : text, isCut: bytes.byteLength > SHOWN_MAX };
}
