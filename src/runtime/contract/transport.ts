/**
 * `serve` and `connect`: a contract over any channel. The serving end answers commands and emits
 * events; the client calls and listens. Both ends check every message against the contract, and
 * every failure is a value, so a broken message can never throw inside somebody's event loop.
 *
 * On the wire:
 *   client → server  {type:'call',  contract, version, id, command, params}
 *   server → client  {type:'reply', id, result} | {type:'reply', id, failure}
 *   server → client  {type:'event', contract, event, payload}
 */
import type { Disposable } from '../base/disposable.ts';
import type { Result } from '../base/result.ts';
import type { Channel } from './channel.ts';
import type { CommandIn, CommandOut, Contract, EventPayload, Service } from './contract.ts';
import { approximateSizeBytes } from './message-size.ts';

/** Why a call did not give its result. Codes are stable; the message is for people. */
export interface CallFailure {
  readonly code:
    | 'transport/closed'
    | 'transport/unknown-command'
    | 'transport/version'
    | 'transport/invalid-params'
    | 'transport/invalid-result'
    | 'transport/too-large'
    | 'transport/overloaded'
    | 'transport/service-failed';
  readonly message: string;
}

/** Calls that may wait for an answer at once; more means that the other end hangs, so the caller hears of it. */
export const PENDING_CALLS_MAX = 10_000;

/** Largest message that a serving end accepts unless told otherwise: a 16 MB script in UTF-16, twice, and a layout. */
export const MESSAGE_SIZE_MAX_BYTES = 96 * 1024 * 1024;

/** Command names of a contract. */
export type CommandName<C extends Contract> = Extract<keyof C['commands'], string>;
/** Event names of a contract. */
export type EventName<C extends Contract> = Extract<keyof C['events'], string>;

/** The calling end of a contract. */
export interface Client<C extends Contract> {
  /** Calls a command. Never rejects: a failure of transport or service is the error of the result. */
  call<K extends CommandName<C>>(command: K, params: CommandIn<C, K>): Promise<Result<CommandOut<C, K>, CallFailure>>;
  /** Listens to an event until disposed. */
  on<K extends EventName<C>>(event: K, listener: (payload: EventPayload<C, K>) => void): Disposable;
  /** Called once when the channel closes (at once when it is closed already); pending calls fail first. */
  onClosed(listener: () => void): void;
  close(): void;
}

/** The serving end of a contract. */
export interface Server<C extends Contract> extends Disposable {
  /** Sends an event. An invalid payload is a bug of the service and throws. */
  emit<K extends EventName<C>>(event: K, payload: EventPayload<C, K>): void;
}

/** What a serving end may set. */
export interface ServeOptions {
  /** Larger calls are refused unread; default `MESSAGE_SIZE_MAX_BYTES`. */
  readonly sizeMaxBytes?: number;
  /** Hears of what a handler threw (always a bug: expected failures are part of results). */
  readonly onServiceError?: (command: string, error: unknown) => void;
  readonly onClosed?: () => void;
}

/** Answers the commands of `contract` from `service` for whoever is at the other end of `channel`. */
export function serve<C extends Contract>(
  contract: C,
  service: Service<C>,
  channel: Channel,
  options: ServeOptions = {},
): Server<C> {
  channel.listen(
    (message) => {
      void answer(contract, service, message, options).then((reply) => {
        if (reply !== null) channel.send(reply);
      });
    },
    () => options.onClosed?.(),
  );
  return {
    emit(event, payload) {
      const shape = own(contract.events, event);
      if (shape === undefined) throw new Error(`the contract ${contract.name} has no event ${event}`);
      channel.send({ type: 'event', contract: contract.name, event, payload: shape.parse(payload) });
    },
    dispose: () => channel.close(),
  };
}

/** A reply as it goes over the wire. */
export type Reply =
  | { readonly type: 'reply'; readonly id: number; readonly result: unknown }
  | { readonly type: 'reply'; readonly id: number; readonly failure: CallFailure };

/**
 * Checks one call, runs it, checks its result. Null when the message is not a call to this contract
 * (several contracts may share a channel). Exported for transports that have replies of their own.
 */
export async function answer<C extends Contract>(
  contract: C,
  service: Service<C>,
  message: unknown,
  options: ServeOptions = {},
): Promise<Reply | null> {
  if (!isRecord(message) || message.type !== 'call' || message.contract !== contract.name) return null;
  const id = message.id;
  if (typeof id !== 'number') return null;
  const fail = (code: CallFailure['code'], text: string): Reply => ({
    type: 'reply',
    id,
    failure: { code, message: text },
  });
  const sizeMaxBytes = options.sizeMaxBytes ?? MESSAGE_SIZE_MAX_BYTES;
  if (approximateSizeBytes(message, sizeMaxBytes) > sizeMaxBytes) {
    return fail('transport/too-large', `The message is larger than ${sizeMaxBytes} bytes.`);
  }
  if (message.version !== contract.version) {
    return fail(
      'transport/version',
      `The contract ${contract.name} has version ${contract.version} here and ${String(message.version)} at the caller.`,
    );
  }
  const command = typeof message.command === 'string' ? message.command : '';
  const shape = own(contract.commands, command);
  if (shape === undefined) return fail('transport/unknown-command', `There is no command ${command}.`);
  const unknownKey = firstUnknownKey(shape.in, message.params);
  if (unknownKey !== null) return fail('transport/invalid-params', `${command} has no parameter ${unknownKey}.`);
  const params = shape.in.safeParse(message.params);
  if (!params.success) return fail('transport/invalid-params', `${command}: ${issuesText(params.error)}`);
  try {
    const handler = (service as Readonly<Record<string, (value: unknown) => unknown>>)[command];
    if (handler === undefined) return fail('transport/unknown-command', `There is no command ${command}.`);
    const result = shape.out.safeParse(await handler(params.data));
    if (!result.success) return fail('transport/invalid-result', `${command}: ${issuesText(result.error)}`);
    return { type: 'reply', id, result: result.data };
  } catch (error) {
    options.onServiceError?.(command, error);
    return fail('transport/service-failed', error instanceof Error ? error.message : String(error));
  }
}

/** Calls the commands of `contract` at the other end of `channel`. */
export function connect<C extends Contract>(contract: C, channel: Channel): Client<C> {
  type Settle = (reply: Record<string, unknown>) => void;
  const pending = new Map<number, Settle>();
  const listeners = new Map<string, Set<(payload: unknown) => void>>();
  const closeListeners: (() => void)[] = [];
  let lastId = 0;
  let isClosed = false;

  const finish = (): void => {
    if (isClosed) return;
    isClosed = true;
    const closed: CallFailure = {
      code: 'transport/closed',
      message: `The ${contract.name} is not reachable any more.`,
    };
    for (const settle of pending.values()) settle({ failure: closed });
    pending.clear();
    for (const listener of closeListeners) listener();
  };

  channel.listen((message) => {
    if (!isRecord(message)) return;
    if (message.type === 'reply' && typeof message.id === 'number') {
      const settle = pending.get(message.id);
      pending.delete(message.id);
      settle?.(message);
    } else if (message.type === 'event' && message.contract === contract.name && typeof message.event === 'string') {
      const shape = own(contract.events, message.event);
      const payload = shape?.safeParse(message.payload);
      if (payload?.success !== true) return;
      for (const listener of [...(listeners.get(message.event) ?? [])]) listener(payload.data);
    }
  }, finish);

  return {
    call(command, params) {
      type Answer = Result<CommandOut<C, typeof command>, CallFailure>;
      const fail = (code: CallFailure['code'], message: string): Answer => ({ ok: false, error: { code, message } });
      if (isClosed) return Promise.resolve(fail('transport/closed', `The ${contract.name} is not reachable any more.`));
      if (pending.size >= PENDING_CALLS_MAX) {
        return Promise.resolve(fail('transport/overloaded', `${pending.size} calls wait for an answer already.`));
      }
      const shape = own(contract.commands, command);
      if (shape === undefined)
        return Promise.resolve(fail('transport/unknown-command', `There is no command ${command}.`));
      const checked = shape.in.safeParse(params);
      if (!checked.success) {
        return Promise.resolve(fail('transport/invalid-params', `${command}: ${issuesText(checked.error)}`));
      }
      const id = ++lastId;
      return new Promise<Answer>((resolve) => {
        pending.set(id, (reply) => {
          if (isRecord(reply.failure)) {
            resolve(fail(reply.failure.code as CallFailure['code'], String(reply.failure.message)));
            return;
          }
          const result = shape.out.safeParse(reply.result);
          if (result.success) resolve({ ok: true, value: result.data as CommandOut<C, typeof command> });
          else resolve(fail('transport/invalid-result', `${command}: ${issuesText(result.error)}`));
        });
        channel.send({
          type: 'call',
          contract: contract.name,
          version: contract.version,
          id,
          command,
          params: checked.data,
        });
      });
    },
    on(event, listener) {
      const set = listeners.get(event) ?? new Set();
      listeners.set(event, set);
      const typed = listener as (payload: unknown) => void;
      set.add(typed);
      return { dispose: () => void set.delete(typed) };
    },
    onClosed(listener) {
      if (isClosed) listener();
      else closeListeners.push(listener);
    },
    close() {
      channel.close();
      finish();
    },
  };
}

/** The entry of that very name: `toString` and the like are no commands. */
function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A top-level parameter that the shape does not know; objects of shapes drop such keys silently otherwise. */
function firstUnknownKey(shape: unknown, params: unknown): string | null {
  if (!isRecord(params) || !isRecord(shape)) return null;
  const known = isRecord(shape.def) ? shape.def.shape : undefined;
  if (!isRecord(known)) return null;
  return Object.keys(params).find((key) => !Object.hasOwn(known, key)) ?? null;
}

function issuesText(error: {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
}): string {
  return error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.map(String).join('.') || 'value'}: ${issue.message}`)
    .join('; ');
}
