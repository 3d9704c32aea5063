/**
 * The typed contracts between processes. A contract is a table: command name → what goes in, what
 * comes out; event name → its payload. Validators are the one source; types are inferred from them
 * and both ends check every message. Nothing here knows a transport (see `transport.ts`).
 */
import * as z from 'zod/mini';

// The renderer's content security policy forbids code generation from strings; zod must not probe for it.
z.config({ jitless: true });

/** A command: its parameters and its result. */
export interface CommandShape {
  readonly in: z.ZodMiniType;
  readonly out: z.ZodMiniType;
}

/** A table of commands and events. */
export interface Contract {
  readonly name: string;
  /** Raised with every change of shape; both ends must agree. */
  readonly version: number;
  readonly commands: Readonly<Record<string, CommandShape>>;
  readonly events: Readonly<Record<string, z.ZodMiniType>>;
}

/** Parameters of a command. */
export type CommandIn<C extends Contract, K extends keyof C['commands']> = z.infer<C['commands'][K]['in']>;
/** Result of a command. */
export type CommandOut<C extends Contract, K extends keyof C['commands']> = z.infer<C['commands'][K]['out']>;
/** Payload of an event. */
export type EventPayload<C extends Contract, K extends keyof C['events']> = z.infer<C['events'][K]>;

/** What the serving end implements: every command by name. */
export type Service<C extends Contract> = {
  readonly [K in keyof C['commands']]: (params: CommandIn<C, K>) => CommandOut<C, K> | Promise<CommandOut<C, K>>;
};
