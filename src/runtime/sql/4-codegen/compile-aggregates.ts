/**
 * All aggregate calls of an operator as one generated handler over one accumulator object. FILTER and
 * DISTINCT are handled here, outside of the functions: a DISTINCT call sees a value once while its
 * count is above zero. Flink: `AggsHandlerCodeGenerator`, `DistinctAggCodeGen`.
 */
import { assert, present } from '../../base/assert.ts';
import type { LogicalType, Schema } from '../../data/logical-type.ts';
import { accumulatorBytes, fixedBoxBytes, objectBytes } from '../../data/memory-size.ts';
import type { Value } from '../../data/value.ts';
import type { AggregateCall } from '../2-bind/bound-expr.ts';
import { CountedValues } from '../functions/aggregates/counted-values.ts';
import type { AccumulatorSlot, AggregateCode } from '../functions/function.ts';
import { CodeBuilder } from './code-builder.ts';
import type { AggregateHandler } from './compiled.ts';
import { evaluate, rememberSource } from './generated-function.ts';

/** How the handler will be used. */
export interface AggregateOptions {
  /** The input may take rows back. */
  readonly retract: boolean;
}

interface CompiledCall {
  readonly call: AggregateCall;
  readonly code: AggregateCode;
  /** Slots of the function within all slots. */
  readonly firstSlot: number;
  /** Slot of the distinct values, when DISTINCT. */
  readonly distinctSlot: number | undefined;
}

/** Generates the handler of `calls` over rows of `inputSchema`. */
export function compileAggregates(
  calls: readonly AggregateCall[],
  inputSchema: Schema,
  options: AggregateOptions,
): AggregateHandler {
  const builder = new CodeBuilder();
  const slots: AccumulatorSlot[] = [];
  const compiled = calls.map((call): CompiledCall => {
    const code = call.fn.code(
      {
        argTypes: call.argTypes,
        literals: call.literals ?? [],
        type: call.type,
        retract: options.retract && call.ignoresRetraction !== true,
        ignoreNulls: call.ignoreNulls ?? false,
      },
      builder,
    );
    const firstSlot = slots.length;
    slots.push(...code.slots);
    const distinctSlot =
      call.distinct && call.args.length > 0 ? slots.push(distinctSlotOf(distinctType(call), builder)) - 1 : undefined;
    return { call, code, firstSlot, distinctSlot };
  });
  const source = [
    '{',
    `  create() {\n    return { ${slots.map((slot, i) => `s${i}: ${slot.initial}`).join(', ')} };\n  },`,
    method(
      'accumulate(acc, row, cx)',
      compiled.map((c) => change(c, 'accumulate', inputSchema, builder)),
    ),
    method(
      'retract(acc, row, cx)',
      options.retract
        ? compiled
            .filter((c) => c.call.ignoresRetraction !== true)
            .map((c) => change(c, 'retract', inputSchema, builder))
        : [`${builder.constant(cannotRetract)}();`],
    ),
    method(
      'merge(acc, other)',
      compiled.map((c) => merge(c, builder)),
    ),
    method('values(acc)', [`return [${compiled.map((c) => c.code.value(slotNames(c, 'acc'))).join(', ')}];`]),
    '}',
  ].join('\n');
  const generated = evaluate<Pick<AggregateHandler, 'create' | 'accumulate' | 'retract' | 'merge' | 'values'>>(
    source,
    builder,
  );
  const handler: AggregateHandler = { ...generated, ...codecOf(slots) };
  rememberSource(handler, source);
  return handler;
}

function method(head: string, statements: readonly string[]): string {
  return `  ${head} {\n${statements.map((s) => `    ${s}`).join('\n')}\n  },`;
}

function cannotRetract(): never {
  assert(false, 'an aggregate compiled for insert-only input gets no retraction');
}

function slotNames(c: CompiledCall, object: string): readonly string[] {
  return c.code.slots.map((_, i) => `${object}.s${c.firstSlot + i}`);
}

/** One call over a new or retracted row. */
function change(c: CompiledCall, kind: 'accumulate' | 'retract', inputSchema: Schema, builder: CodeBuilder): string {
  const { call, code } = c;
  const args = call.args.map((index) => `row[${index}]`);
  for (const index of call.args) present(inputSchema[index], 'aggregate argument');
  const write = kind === 'accumulate' ? code.accumulate : code.retract;
  assert(write !== undefined, `${call.fn.name} cannot take rows back`);
  let statement = write(slotNames(c, 'acc'), args);
  if (c.distinctSlot !== undefined) {
    const key = args.length === 1 ? args[0] : `[${args.join(', ')}]`;
    const counts = `acc.s${c.distinctSlot}.add(${key}, ${kind === 'accumulate' ? '1' : '-1'})`;
    statement = `if (${counts}.${kind === 'accumulate' ? 'before' : 'after'} === 0) { ${statement} }`;
  }
  const filter = call.filter === undefined ? '' : `if (row[${call.filter}] === true) `;
  return `${filter}{ ${statement} } // ${comment(call, builder)}`;
}

/** Folding accumulators: DISTINCT calls replay the values that the other one has and this one has not. */
function merge(c: CompiledCall, builder: CodeBuilder): string {
  const { code, call } = c;
  if (c.distinctSlot !== undefined) {
    const args = call.args.length === 1 ? ['v'] : call.args.map((_, i) => `v[${i}]`);
    const add = code.accumulate(slotNames(c, 'acc'), args);
    return `for (const [v, n] of other.s${c.distinctSlot}.entries()) { const { before, after } = acc.s${c.distinctSlot}.add(v, n); if (before <= 0 && after > 0) { ${add} } }`;
  }
  if (code.merge === undefined) return `${builder.constant(cannotMerge)}(${JSON.stringify(call.fn.name)});`;
  return `{ ${code.merge(slotNames(c, 'acc'), slotNames(c, 'other'))} }`;
}

function cannotMerge(name: string): never {
  assert(false, `${name} has no merge`);
}

function comment(call: AggregateCall, _builder: CodeBuilder): string {
  return `${call.fn.name}(${call.distinct ? 'DISTINCT ' : ''}${call.args.map((i) => `$${i}`).join(', ')})`;
}

function distinctType(call: AggregateCall): LogicalType {
  const [only] = call.argTypes;
  if (only !== undefined && call.argTypes.length === 1) return only;
  return { kind: 'ROW', nullable: false, fields: call.argTypes.map((type, i) => ({ name: `f${i}`, type })) };
}

function distinctSlotOf(type: LogicalType, builder: CodeBuilder): AccumulatorSlot {
  const make = builder.constant(() => new CountedValues(type));
  return {
    initial: `${make}()`,
    codec: {
      kind: 'custom',
      encode: (v) => (v as CountedValues).encode(),
      decode: (v) => CountedValues.decode(v, type),
    },
  };
}

/** Snapshots: one value a slot, in order. */
function codecOf(
  slots: readonly AccumulatorSlot[],
): Pick<AggregateHandler, 'encode' | 'decode' | 'fixedBytes' | 'sizeBytes'> {
  const read = (acc: object, i: number): unknown => (acc as Record<string, unknown>)[`s${i}`];
  const encode = (acc: object): Value =>
    slots.map(({ codec }, i) => (codec.kind === 'value' ? (read(acc, i) as Value) : codec.encode(read(acc, i))));
  return {
    encode,
    decode(encoded) {
      const values = encoded as readonly Value[];
      assert(values.length === slots.length, 'a snapshot has one value for each accumulator slot');
      const acc: Record<string, unknown> = {};
      slots.forEach(({ codec }, i) => {
        const value = values[i] ?? null;
        acc[`s${i}`] = codec.kind === 'value' ? value : codec.decode(value);
      });
      return acc;
    },
    fixedBytes: fixedBytesOf(slots),
    sizeBytes: (acc) => slots.reduce((sum, _, i) => sum + accumulatorBytes(read(acc, i)), objectBytes(slots.length)),
  };
}

/** Bytes of any accumulator, where all slots hold values of fixed size. */
function fixedBytesOf(slots: readonly AccumulatorSlot[]): number | null {
  let bytes = objectBytes(slots.length);
  for (const { codec } of slots) {
    const box = codec.kind === 'value' ? fixedBoxBytes(codec.type) : null;
    if (box === null) return null;
    bytes += box;
  }
  return bytes;
}
