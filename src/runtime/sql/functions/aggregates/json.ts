/** JSON_OBJECTAGG and JSON_ARRAYAGG. Flink: `JsonObjectAggFunction`, `JsonArrayAggFunction`. */
import { RunError } from '../../../base/diagnostic.ts';
import { equalsValues } from '../../../data/compare.ts';
import type { LogicalType } from '../../../data/logical-type.ts';
import { isCharacter } from '../../../data/type-families.ts';
import { lengthType, stringType } from '../../../data/type-rules.ts';
import type { Value } from '../../../data/value.ts';
import type { AccumulatorSlot, AggregateCode, AggregateFunction } from '../function.ts';
import { toJsonNode } from '../runtime/json.ts';
import { type JsonNode, jsonText } from '../runtime/json-tree.ts';
import { callText, cannotApply } from '../typing.ts';

/** Calcite's type of these aggregates. */
const RESULT = lengthType('VARCHAR', 2000, false);

const LIST: AccumulatorSlot = {
  initial: '[]',
  codec: { kind: 'custom', encode: (v) => [...(v as Value[])], decode: (v) => [...(v as readonly Value[])] },
};

type Entry = readonly [key: string, value: Value];

/** Adds an entry; two rows of one key are an error. */
function addEntry(entries: Entry[], key: string | null, value: Value): void {
  if (key === null)
    throw new RunError(
      'run/json-null-key',
      'Key is not present. Null keys are not allowed in JSON_OBJECTAGG.',
      'org.apache.flink.table.api.TableException',
    );
  if (entries.some(([k]) => k === key)) {
    throw new RunError(
      'run/json-duplicate-key',
      `Key '${key}' is already present. Duplicate keys are not allowed in JSON_OBJECTAGG. Please ensure that keys are unique.`,
      'org.apache.flink.table.api.TableException',
    );
  }
  entries.push([key, value]);
}

function removeEntry(entries: Entry[], key: string | null): void {
  const index = entries.findIndex(([k]) => k === key);
  if (index !== -1) entries.splice(index, 1);
}

function objectText(entries: readonly Entry[], type: LogicalType, absent: boolean): string {
  const shown = absent ? entries.filter(([, v]) => v !== null) : entries;
  return jsonText(new Map(shown.map(([k, v]): [string, JsonNode] => [k, toJsonNode(v, type, false, 'UTC')])));
}

function arrayText(values: readonly Value[], type: LogicalType, absent: boolean): string {
  const shown = absent ? values.filter((v) => v !== null) : values;
  return jsonText(shown.map((v) => toJsonNode(v, type, false, 'UTC')));
}

function removeValue(values: Value[], value: Value, type: LogicalType): void {
  const index = values.findIndex((v) => equalsValues(v, value, type));
  if (index !== -1) values.splice(index, 1);
}

function isAbsent(literals: readonly (Value | undefined)[], byDefault: boolean): boolean {
  if (literals.includes('ABSENT ON NULL')) return true;
  return literals.includes('NULL ON NULL') ? false : byDefault;
}

const objectAgg: AggregateFunction = {
  name: 'JSON_OBJECTAGG',
  doc: {
    signature: 'JSON_OBJECTAGG([KEY] key VALUE value [NULL | ABSENT ON NULL])',
    text: 'A JSON object of the keys and values of all rows.',
    category: 'aggregate',
  },
  resolve(args) {
    const [key, value] = args;
    if (key === undefined || value === undefined || (!isCharacter(key.type) && key.type.kind !== 'ERROR')) {
      return cannotApply('JSON_OBJECTAGG', callText('JSON_OBJECTAGG', args.slice(0, 2)), [
        'JSON_OBJECTAGG(<CHARACTER>, <ANY>)',
      ]);
    }
    return { type: RESULT, argTypes: [stringType(key.type.nullable), ...args.slice(1).map((a) => a.type)] };
  },
  code({ argTypes, literals }, cx): AggregateCode {
    const type = cx.constant(argTypes[1]);
    const absent = isAbsent(literals, false);
    return {
      slots: [LIST],
      accumulate: ([s], [k, v]) => `${cx.constant(addEntry)}(${s}, ${k}, ${v});`,
      retract: ([s], [k]) => `${cx.constant(removeEntry)}(${s}, ${k});`,
      merge: ([s], [other]) => `for (const [k, v] of ${other}) ${cx.constant(addEntry)}(${s}, k, v);`,
      value: ([s]) => `${cx.constant(objectText)}(${s}, ${type}, ${absent})`,
    };
  },
};

const arrayAgg: AggregateFunction = {
  name: 'JSON_ARRAYAGG',
  doc: {
    signature: 'JSON_ARRAYAGG(value [NULL | ABSENT ON NULL])',
    text: 'A JSON array of the values of all rows.',
    category: 'aggregate',
  },
  resolve: (args) =>
    args[0] === undefined
      ? { message: "Invalid number of arguments to function 'JSON_ARRAYAGG'. Was expecting 1 arguments" }
      : { type: RESULT, argTypes: args.map((a) => a.type) },
  code({ argTypes, literals }, cx): AggregateCode {
    const type = cx.constant(argTypes[0]);
    const absent = isAbsent(literals, true);
    return {
      slots: [LIST],
      accumulate: ([s], [v]) => `${s}.push(${v});`,
      retract: ([s], [v]) => `${cx.constant(removeValue)}(${s}, ${v}, ${type});`,
      merge: ([s], [other]) => `${s}.push(...${other});`,
      value: ([s]) => `${cx.constant(arrayText)}(${s}, ${type}, ${absent})`,
    };
  },
};

/** JSON_OBJECTAGG and JSON_ARRAYAGG. */
export const jsonAggregates: readonly AggregateFunction[] = [objectAgg, arrayAgg];
