/**
 * The life of the engine process: started when a window asks for it, watched, started again on the
 * next request after it died. Rows never pass here; the host only hands each window one end of a
 * message port and the engine the other.
 */
import { MessageChannelMain, type UtilityProcess, utilityProcess, type WebContents } from 'electron';
import type { Secret } from '../../runtime/connections/secrets.ts';
import type { EngineControl } from '../../runtime/contract/engine-control.ts';
import { ENGINE_PORT_CHANNEL } from '../ipc/channels.ts';

/** How the engine ended; `message` is for people. */
export interface EngineExit {
  readonly code: number;
  readonly message: string;
}

/** Last output of the engine that is kept for the message of an unexpected end. */
const OUTPUT_KEPT_CHARS = 2000;

/** Owner of the engine process. */
export class EngineHost {
  readonly #entryFile: string;
  readonly #trustedFolders: () => readonly string[];
  readonly #secrets: () => readonly Secret[];
  #exportFolders: readonly string[] = [];
  #process: UtilityProcess | null = null;
  #starting: Promise<UtilityProcess | null> | null = null;
  #output = '';
  #isStopping = false;
  readonly #exitListeners: ((exit: EngineExit) => void)[] = [];

  /** `trustedFolders` and `secrets` are asked whenever the engine has to know. */
  constructor(entryFile: string, trustedFolders: () => readonly string[], secrets: () => readonly Secret[]) {
    this.#entryFile = entryFile;
    this.#trustedFolders = trustedFolders;
    this.#secrets = secrets;
  }

  /** Starts the engine when it is not alive and connects a window to it. False: it did not start. */
  async connect(contents: WebContents): Promise<boolean> {
    const engine = await this.#live();
    if (engine === null || contents.isDestroyed()) return false;
    const { port1, port2 } = new MessageChannelMain();
    engine.postMessage({ kind: 'port' } satisfies EngineControl, [port1]);
    contents.postMessage(ENGINE_PORT_CHANNEL, null, [port2]);
    return true;
  }

  /** Starts the process before anybody asks, so that the first run does not wait for it. */
  warmUp(): void {
    void this.#live();
  }

  /** The user trusts other folders now. */
  trustChanged(): void {
    if (this.#process !== null) this.#tellTrust(this.#process);
  }

  /** Connections have other secrets now. */
  secretsChanged(): void {
    if (this.#process !== null) this.#tellSecrets(this.#process);
  }

  onExited(listener: (exit: EngineExit) => void): void {
    this.#exitListeners.push(listener);
  }

  /** Ends the engine with the app. */
  stop(): void {
    this.#isStopping = true;
    this.#process?.kill();
  }

  #tellTrust(engine: UtilityProcess): void {
    engine.postMessage({
      kind: 'trusted-folders',
      folders: [...this.#trustedFolders()],
    } satisfies EngineControl);
  }

  /** The user chose where to export. */
  exportFoldersChanged(folders: readonly string[]): void {
    this.#exportFolders = folders;
    if (this.#process !== null) this.#tellExportFolders(this.#process);
  }

  #tellExportFolders(engine: UtilityProcess): void {
    engine.postMessage({ kind: 'export-folders', folders: [...this.#exportFolders] } satisfies EngineControl);
  }

  #tellSecrets(engine: UtilityProcess): void {
    const secrets = this.#secrets().map(({ name, value, addresses }) => ({
      name,
      value,
      addresses: [...(addresses ?? [])],
    }));
    engine.postMessage({ kind: 'secrets', secrets } satisfies EngineControl);
  }

  #live(): Promise<UtilityProcess | null> {
    if (this.#process !== null) return Promise.resolve(this.#process);
    this.#starting ??= this.#start().finally(() => {
      this.#starting = null;
    });
    return this.#starting;
  }

  #start(): Promise<UtilityProcess | null> {
    this.#output = '';
    const engine = utilityProcess.fork(this.#entryFile, [], {
      serviceName: 'Millrace engine',
      stdio: 'pipe',
      env: engineEnvironment(process.env),
    });
    const keep = (chunk: Buffer): void => {
      process.stderr.write(chunk);
      this.#output = `${this.#output}${chunk.toString('utf8')}`.slice(-OUTPUT_KEPT_CHARS);
    };
    engine.stdout?.on('data', keep);
    engine.stderr?.on('data', keep);
    return new Promise((settle) => {
      engine.once('spawn', () => {
        this.#process = engine;
        this.#tellTrust(engine);
        this.#tellSecrets(engine);
        this.#tellExportFolders(engine);
        settle(engine);
      });
      engine.once('exit', (code) => {
        if (this.#process === engine) this.#process = null;
        settle(null);
        if (this.#isStopping) return;
        const exit = { code, message: exitMessage(code, this.#output) };
        for (const listener of this.#exitListeners) listener(exit);
      });
    });
  }
}

/**
 * What the engine sees of the environment. User code runs there, so nothing of ours that may hold a secret
 * (tokens, cloud keys, proxies with passwords) is handed on: only what locale, time zone, temporary
 * files and native modules need.
 */
function engineEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const kept = /^(PATH|HOME|USERPROFILE|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|TEMP|TMP|SYSTEMROOT|WINDIR|LD_LIBRARY_PATH)$/i;
  const passed: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) if (value !== undefined && kept.test(name)) passed[name] = value;
  return passed;
}

function exitMessage(code: number, output: string): string {
  const lastLines = output.trim().split('\n').slice(-3).join('\n');
  // Electron gives 0 for a process that was killed; that would read as if all were well.
  const withCode = code === 0 ? '' : ` (code ${code})`;
  return `The engine process ended unexpectedly${withCode}. Your project is safe; Run starts the engine again.${
    lastLines === '' ? '' : `\n${lastLines}`
  }`;
}
