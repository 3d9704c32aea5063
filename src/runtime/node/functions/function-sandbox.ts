/**
 * Loads compiled functions into a realm of their own (`node:vm`), where clock and random numbers are
 * those of the run, everything shared is frozen, and nothing of Node is in reach.
 *
 * It keeps honest code repeatable and a broken function from breaking the job. It is no wall against an
 * attacker: running a project's code at all is what the user's trust in it is for.
 */
import { type Context, createContext, Script } from 'node:vm';
import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import { projectPath } from '../../base/project-path.ts';
import { err, type Failure, ok, type Result } from '../../base/result.ts';
import { lineColumn } from '../../base/span.ts';
import { declaredDifference } from '../../udf/check-declared.ts';
import { describeUserValue } from '../../udf/describe-user-value.ts';
import type {
  CompiledFunction,
  FunctionFailure,
  FunctionSandbox,
  FunctionWorld,
  LoadedFunction,
  UserRealm,
} from '../../udf/function-library.ts';
import { LIBRARY_NAME } from '../../udf/library-text.ts';
import { ABSENT_NAMES, REALM_NAMES, REALM_SOURCE } from './function-realm-source.ts';

/** A line that a function wrote with `console`. */
export interface ConsoleLine {
  readonly level: 'log' | 'info' | 'warn' | 'error' | 'debug';
  readonly text: string;
}

/** How many lines of `console` are kept; the oldest go. */
const CONSOLE_LINES_MAX = 500;
/** Longer lines are cut. */
const CONSOLE_LINE_LENGTH_MAX = 2000;
/** How long the top level of a file may run. Calls are watched from outside by a `CallGuard`. */
const LOAD_MS_MAX = 5000;

/** What a sandbox can be made with. */
export interface SandboxOptions {
  /** How long the top level of a file may run; 5 s. */
  readonly loadMsMax?: number;
}

/** The sandbox of one thread. Functions of one world share a realm, worlds share nothing. */
export class VmFunctionSandbox implements FunctionSandbox {
  /** What functions wrote with `console.log` and the like, newest last: for the CLI's stderr. */
  readonly consoleLines: ConsoleLine[] = [];
  readonly #realms = new WeakMap<FunctionWorld, Realm>();
  readonly #loadMsMax: number;

  constructor({ loadMsMax = LOAD_MS_MAX }: SandboxOptions = {}) {
    this.#loadMsMax = loadMsMax;
  }

  /** Loads a function and looks whether it declares what was read. Each call runs its file anew. */
  load(fn: CompiledFunction, world: FunctionWorld): Result<LoadedFunction, Failure> {
    let realm = this.#realms.get(world);
    if (realm === undefined) {
      realm = new Realm(world, (line) => this.#write(line));
      this.#realms.set(world, realm);
    }
    const fileName = `millrace-function-${realm.nextNumber()}.js`;
    const original = realm.original;
    const explain = (error: unknown): FunctionFailure => explainError(error, original(error), fn, fileName);
    const failed = ({ message, path, line, column }: FunctionFailure): Result<LoadedFunction, Failure> => {
      const place = line === null ? path : `${path}:${line}:${column}`;
      return err({ domain: 'user-code', message: `${place}: ${message}`, retry: 'never' });
    };
    try {
      const declared = realm.run(fn.code, fileName, this.#loadMsMax);
      const definition = realm.callable(declared, fn.declaration.form);
      if (definition === null)
        return failed({ ...placeOf(fn), message: 'The default export is not what scalar, table or process gives.' });
      const difference = declaredDifference(fn.declaration, definition);
      if (difference !== null)
        return failed({ ...placeOf(fn), message: `The declaration is computed: ${difference}. Write it literally.` });
      return ok({ definition, realm: realm.forValues(definition), explain, original });
    } catch (error) {
      if (!isTimeout(error)) return failed(explain(error));
      const message = `The top level of the file did not come to its end within ${this.#loadMsMax} ms.`;
      return failed({ ...placeOf(fn), message });
    }
  }

  #write(line: ConsoleLine): void {
    this.consoleLines.push(line);
    if (this.consoleLines.length > CONSOLE_LINES_MAX) this.consoleLines.shift();
  }
}

/** Whether Node stopped a script; what user code threw may answer anything, exceptions too. */
function isTimeout(error: unknown): boolean {
  try {
    return (error as NodeJS.ErrnoException | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
  } catch {
    return false;
  }
}

/** Globals of a realm as a script of ours sees them; the name is of no use to anybody else. */
const GLOBALS = '__millraceGlobals';
/** Names are bound as parameters: looking one up in the global object of a vm context is slow. */
const PARAMETERS = ['globalThis', ...REALM_NAMES].join(', ');

type Wrap = (definition: unknown, form: string) => Readonly<Record<string, unknown>> | null;

/** One vm context, prepared. */
class Realm {
  readonly #context: Context;
  readonly #wrap: Wrap;
  readonly #shield: UserRealm['shield'];
  /** Errors of ours by the error of the realm that stands for them there. */
  readonly #originals = new WeakMap<object, unknown>();
  #count = 0;

  constructor(world: FunctionWorld, write: (line: ConsoleLine) => void) {
    // A plain object would bring a constructor of this realm along.
    this.#context = createContext(Object.create(null) as object, {
      codeGeneration: { strings: false, wasm: false },
      microtaskMode: 'afterEvaluate',
    });
    const prepare = new Script(REALM_SOURCE, { filename: 'millrace-realm.js' }).runInContext(this.#context) as (
      host: object,
      note: (made: object, error: unknown) => void,
    ) => { readonly globals: unknown; readonly shield: UserRealm['shield'] };
    const host = {
      nowMs: () => world.nowMs(),
      random: () => world.random(),
      log: (level: ConsoleLine['level'], text: string) =>
        write({ level, text: text.slice(0, CONSOLE_LINE_LENGTH_MAX) }),
    };
    const { globals, shield } = prepare(host, (made, error) => this.#originals.set(made, error));
    this.#shield = shield;
    Object.defineProperty(this.#context, GLOBALS, { value: globals });
    this.#wrap = this.#evaluate(WRAP_SOURCE, 'millrace-wrap.js') as Wrap;
  }

  /** The error of ours that another stands for. */
  readonly original = (error: unknown): unknown =>
    (typeof error === 'object' && error !== null ? this.#originals.get(error) : undefined) ?? error;

  nextNumber(): number {
    this.#count += 1;
    return this.#count;
  }

  /** Runs the top level of a compiled file. */
  run(code: string, fileName: string, msMax: number): unknown {
    return this.#evaluate(code, fileName, msMax);
  }

  /** The definition with code that refuses to be asynchronous; null when it is none of the library's. */
  callable(declared: unknown, form: string): Readonly<Record<string, unknown>> | null {
    return this.#wrap(declared, form);
  }

  forValues(definition: Readonly<Record<string, unknown>>): UserRealm {
    const { Decimal, Timestamp } = definition.library as Pick<UserRealm, 'Decimal' | 'Timestamp'>;
    return {
      compile: (source) => this.#evaluate(source, 'millrace-values.js'),
      shield: this.#shield,
      Decimal,
      Timestamp,
    };
  }

  /** The first line is the script's own first line, so that positions stay those of the source map. */
  #evaluate(source: string, filename: string, timeout = LOAD_MS_MAX): unknown {
    const script = new Script(`'use strict';((${PARAMETERS}) => (${source}\n))(...${GLOBALS})`, { filename });
    return script.runInContext(this.#context, { timeout });
  }
}

/** What a call gives is looked at where it is given: a promise would be settled outside of any turn. */
const WRAP_SOURCE = `(definition, form) => {
  if (definition === null || typeof definition !== 'object' || definition.library === undefined) return null;
  const now = (name, value) => {
    if (value !== null && typeof value === 'object' && (typeof value.then === 'function' || value[Symbol.asyncIterator] !== undefined))
      throw new TypeError(name + ' is asynchronous: functions run within the turn of one row and cannot wait');
    return value;
  };
  const made = { ...definition };
  const code = (name, count) => {
    const given = definition[name];
    if (typeof given !== 'function') throw new TypeError(name + ' is not a function');
    made[name] = count === 1
      ? (a) => { const value = definition[name](a); return typeof value === 'object' ? now(name, value) : value; }
      : (a, b) => { now(name, definition[name](a, b)); };
  };
  if (form === 'process') {
    code('onRow', 2);
    if (definition.onTimer !== undefined) code('onTimer', 2);
  } else {
    code('eval', 1);
  }
  return Object.freeze(made);
}`;

/** The declaration's own place, for mistakes that no line of code makes. */
function placeOf(fn: CompiledFunction): Omit<FunctionFailure, 'message'> {
  const { sources, sourcesContent } = JSON.parse(fn.sourceMap) as { sources: string[]; sourcesContent: string[] };
  const text = sourcesContent[sources.indexOf(projectPath(fn.path))];
  return text === undefined
    ? { path: fn.path, line: null, column: null }
    : { path: fn.path, ...lineColumn(text, fn.declaration.span.start) };
}

/** An exception in terms of the user's file: the innermost frame that is not of the library. */
function explainError(error: unknown, original: unknown, fn: CompiledFunction, fileName: string): FunctionFailure {
  const message = cut(messageOf(original));
  const map = new TraceMap(fn.sourceMap);
  const entry = projectPath(fn.path);
  for (const frame of framesOf(error, fileName)) {
    const { source, line, column } = originalPositionFor(map, frame);
    if (source === null || source === LIBRARY_NAME) continue;
    return { message, path: source === entry ? fn.path : source, line, column: column + 1 };
  }
  return { message, ...placeOf(fn) };
}

/** Longer messages are cut: they are shown, recorded and sent about. */
const MESSAGE_LENGTH_MAX = 2000;

function cut(message: string): string {
  return message.length > MESSAGE_LENGTH_MAX ? `${message.slice(0, MESSAGE_LENGTH_MAX)}…` : message;
}

function messageOf(error: unknown): string {
  try {
    if (error === null || typeof error !== 'object' || !('message' in error))
      return `The function threw ${describeUserValue(error)}.`;
    const { name, message } = error as { name?: unknown; message?: unknown };
    const absent = /^(\w+) is not defined$/.exec(String(message))?.[1];
    const why = absent === undefined || !Object.hasOwn(ABSENT_NAMES, absent) ? '' : `: ${ABSENT_NAMES[absent]}`;
    const isPlain = name === 'Error' || name === 'UserValueError' || name === undefined;
    return `${isPlain ? '' : `${String(name)}: `}${String(message)}${why}`;
  } catch {
    return 'The function threw something that cannot be looked at.';
  }
}

/** Frames of a stack have some hundred characters each, and there are ten. */
const STACK_LENGTH_MAX = 20_000;

/** Positions in the compiled script, innermost first. Lines from 1, columns from 0. */
function framesOf(error: unknown, fileName: string): { line: number; column: number }[] {
  let stack: unknown;
  try {
    stack = (error as { stack?: unknown } | null)?.stack;
  } catch {
    return [];
  }
  if (typeof stack !== 'string') return [];
  const frames: { line: number; column: number }[] = [];
  // The message stands before the frames, and may be of any length.
  for (const line of stack.slice(-STACK_LENGTH_MAX).split('\n')) {
    // Other lines belong to the message, which the user's code has written.
    const match = /^\s+at .*?([\w-]+\.js):(\d+):(\d+)\)?$/.exec(line);
    if (match !== null && match[1] === fileName)
      frames.push({ line: Number(match[2]), column: Math.max(0, Number(match[3]) - 1) });
  }
  return frames;
}
