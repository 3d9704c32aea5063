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
import { DISTINCT_CALLS_MAX, DistinctValues } from '../functions/aggregates/distinct-values.ts';
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
  /** Slot of the distinct values, when DISTINCT over input with retraction. */
  readonly distinctSlot: number | undefined;
}

/** DISTINCT calls over the same arguments, which share what they have seen. */
interface DistinctGroup {
  readonly slot: number;
  /** The bit of each call is that of its place. */
  readonly calls: CompiledCall[];
}

/** Generates the handler of `calls` over rows of `inputSchema`. */
export function compileAggregates(
  calls: readonly AggregateCall[],
  inputSchema: Schema,
  options: AggregateOptions,
): AggregateHandler {
  const builder = new CodeBuilder();
  const slots: AccumulatorSlot[] = [];
  const groups = new Map<string, DistinctGroup>();
  const shared: DistinctGroup[] = [];
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
    if (!call.distinct || call.args.length === 0) return { call, code, firstSlot, distinctSlot: undefined };
    if (options.retract) {
      return {
        call,
        code,
        firstSlot,
        distinctSlot: slots.push(seenSlotOf(CountedValues, distinctType(call), builder)) - 1,
      };
    }
    const single: CompiledCall = { call, code, firstSlot, distinctSlot: undefined };
    const key = JSON.stringify(call.args);
    let group = groups.get(key);
    if (group === undefined || group.calls.length >= DISTINCT_CALLS_MAX) {
      group = { slot: slots.push(seenSlotOf(DistinctValues, distinctType(call), builder)) - 1, calls: [] };
      groups.set(key, group);
      shared.push(group);
    }
    group.calls.push(single);
    return single;
  });
  const inGroup = new Set(shared.flatMap((group) => group.calls));
  const alone = compiled.filter((c) => !inGroup.has(c));
  const source = [
    '{',
    `  create() {\n    return { ${slots.map((slot, i) => `s${i}: ${slot.initial}`).join(', ')} };\n  },`,
    method('accumulate(acc, row, cx)', [
      ...alone.map((c) => change(c, 'accumulate', inputSchema, builder)),
      ...shared.map((group) => changeDistinct(group, builder)),
    ]),
    method(
      'retract(acc, row, cx)',
      options.retract
        ? compiled
            .filter((c) => c.call.ignoresRetraction !== true)
            .map((c) => change(c, 'retract', inputSchema, builder))
        : [`${builder.constant(cannotRetract)}();`],
    ),
    method('merge(acc, other)', [...alone.map((c) => merge(c, builder)), ...shared.map(mergeDistinct)]),
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

/** A row for DISTINCT calls that share their values: one look-up for all of them. */
function changeDistinct({ slot, calls }: DistinctGroup, builder: CodeBuilder): string {
  const args = calls[0]?.call.args.map((index) => `row[${index}]`) ?? [];
  const bits = calls.map(({ call }, bit) =>
    call.filter === undefined ? `${2 ** bit}` : `(row[${call.filter}] === true ? ${2 ** bit} : 0)`,
  );
  const key = args.length === 1 ? args[0] : `[${args.join(', ')}]`;
  const statements = calls.map(
    (c, bit) =>
      `if (fresh & ${2 ** bit}) { ${c.code.accumulate(slotNames(c, 'acc'), args)} } // ${comment(c.call, builder)}`,
  );
  return `{ const fresh = acc.s${slot}.add(${key}, ${bits.join(' | ')});\n    ${statements.join('\n    ')}\n    }`;
}

/** Folding what they have seen: the values that are new to a call are counted by it. */
function mergeDistinct({ slot, calls }: DistinctGroup): string {
  const count = calls[0]?.call.args.length ?? 0;
  const args = count === 1 ? ['v'] : Array.from({ length: count }, (_, i) => `v[${i}]`);
  const statements = calls.map(
    (c, bit) => `if (fresh & ${2 ** bit}) { ${c.code.accumulate(slotNames(c, 'acc'), args)} }`,
  );
  return `for (const [v, bits] of other.s${slot}.entries()) { const fresh = acc.s${slot}.add(v, bits); ${statements.join(' ')} }`;
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

/** What a DISTINCT call has seen: counts where rows are taken back, else bits that several calls share. */
type SeenValues = typeof DistinctValues | typeof CountedValues;

function seenSlotOf(Seen: SeenValues, type: LogicalType, builder: CodeBuilder): AccumulatorSlot {
  const make = builder.constant(() => new Seen(type));
  return {
    initial: `${make}()`,
    codec: {
      kind: 'custom',
      encode: (v) => (v as InstanceType<SeenValues>).encode(),
      decode: (v) => Seen.decode(v, type),
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
    sizeBytes: sizeOf(slots),
  };
}

/** Measures accumulators: only slots whose size varies are looked at. */
function sizeOf(slots: readonly AccumulatorSlot[]): (acc: object) => number {
  const boxes = slots.map(({ codec }) => (codec.kind === 'value' ? fixedBoxBytes(codec.type) : null));
  const fixed = boxes.reduce((sum: number, box) => sum + (box ?? 0), objectBytes(slots.length));
  const varying = boxes.flatMap((box, i) => (box === null ? [`s${i}`] : []));
  const builder = new CodeBuilder();
  const bytesOf = builder.constant(accumulatorBytes);
  const sum = [String(fixed), ...varying.map((name) => `${bytesOf}(acc.${name})`)].join(' + ');
  return evaluate<(acc: object) => number>(`(acc) => ${sum}`, builder);
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
