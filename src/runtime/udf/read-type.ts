/** Reads `t.decimal(10, 2).notNull()` and `state.map(t.string(), t.bigint(), { ttl: '1 d' })` as data. */
import { durationMs } from '../base/durations.ts';
import { nearestWord } from '../base/nearest-word.ts';
import type { Span } from '../base/span.ts';
import { type Field, LENGTH_MAX, type LogicalType, type Schema } from '../data/logical-type.ts';
import { DECIMAL_PRECISION_MAX } from '../data/type-rules.ts';
import type { ArgumentDeclaration, StateDeclaration } from './declaration.ts';
import { problems } from './function-problems.ts';
import {
  type ExpressionNode,
  type FileScope,
  libraryName,
  lowerFirst,
  type Member,
  memberName,
  objectMembers,
  resolved,
  spanOf,
  unwrapped,
} from './literal-reader.ts';

/** Types may be nested so deep, and no deeper: nobody means it, and the stack ends somewhere. */
const DEPTH_MAX = 50;

type CallNode = Extract<ExpressionNode, { type: 'CallExpression' }>;
type Argument = CallNode['arguments'][number];

/** A named type and where it stands. */
interface NamedType {
  readonly name: string;
  readonly type: LogicalType;
  readonly span: Span;
}

/** Arguments, columns or fields. Null: something was reported. */
export function readColumns(scope: FileScope, node: ExpressionNode, what: string, depth = 0): NamedType[] | null {
  const members = objectMembers(scope, node, what);
  if (members === null) return null;
  const columns: NamedType[] = [];
  for (const member of members) {
    const type = checkedName(scope, member) ? readMember(scope, member, depth) : null;
    if (type !== null) columns.push({ name: member.name, type, span: member.span });
  }
  return columns.length === members.length ? columns : null;
}

/** The columns of `returns` or `input`; an empty list is a problem. */
export function readSchema(scope: FileScope, node: ExpressionNode, what: string): Schema | null {
  const columns = readColumns(scope, node, what);
  if (columns?.length === 0) scope.report(problems.noColumns(what), spanOf(node));
  return columns === null || columns.length === 0 ? null : columns.map(({ name, type }) => ({ name, type }));
}

/** The arguments of a function. */
export function readArguments(scope: FileScope, node: ExpressionNode): readonly ArgumentDeclaration[] | null {
  return readColumns(scope, node, 'The arguments');
}

function readMember(scope: FileScope, member: Member, depth: number): LogicalType | null {
  if (member.value.type !== 'ObjectMethod')
    return readType(scope, member.value as ExpressionNode, `'${member.name}'`, depth);
  scope.report(problems.notAType(`The method '${member.name}'`, null), member.span);
  return null;
}

/** JavaScript sorts such names before all others, so the order of the text would not be the order of the columns. */
function checkedName(scope: FileScope, { name, nameSpan }: Member): boolean {
  const why = /^\d+$/.test(name) ? 'it is a number' : name === '' ? 'it is empty' : null;
  if (why !== null) scope.report(problems.name(name, why), nameSpan);
  return why === null;
}

/** The type that an expression declares. Null: reported. */
export function readType(scope: FileScope, node: ExpressionNode, what: string, depth = 0): LogicalType | null {
  scope.step();
  if (depth > DEPTH_MAX) {
    scope.report(problems.tooDeep(), spanOf(node));
    return null;
  }
  const at = resolved(scope, node);
  if (at === null) {
    const name = unwrapped(node);
    const guess = name.type === 'Identifier' ? (TYPE_GUESSES.get(name.name.toLowerCase()) ?? null) : null;
    scope.report(
      guess === null ? problems.computed(what, 'a type such as t.string()') : problems.notAType(what, guess),
      spanOf(node),
    );
    return null;
  }
  if (at.type !== 'CallExpression') {
    const name = libraryName(scope, at)?.replace(/^t\./, '');
    scope.report(
      problems.notAType(what, guessType(at.type === 'StringLiteral' ? at.value : (name ?? ''))),
      spanOf(node),
    );
    return null;
  }
  const callee = unwrapped(at.callee as ExpressionNode);
  if (callee.type === 'MemberExpression' && memberName(callee) === 'notNull') {
    const type = readType(scope, callee.object as ExpressionNode, what, depth + 1);
    return type === null ? null : { ...type, nullable: false };
  }
  const name = libraryName(scope, callee);
  if (name?.startsWith('t.')) return readTypeCall(scope, name.slice(2), at, depth);
  scope.report(
    isMissingImport(scope, callee, 't') ? problems.notImported('t') : problems.notAType(what, null),
    spanOf(node),
  );
  return null;
}

/** Whether `t.string` is written in a file where nothing is called `t`. */
function isMissingImport(scope: FileScope, callee: ExpressionNode, name: string): boolean {
  if (callee.type !== 'MemberExpression') return false;
  const object = unwrapped(callee.object as ExpressionNode);
  return object.type === 'Identifier' && object.name === name && !scope.constants.has(name);
}

/** What makes one type: how many arguments it takes, and the type for them. */
interface TypeMaker {
  readonly numbers?: readonly NumberRule[];
  make(numbers: readonly number[]): LogicalType;
}

interface NumberRule {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Null: must be given. */
  readonly otherwise: number | null;
}

const length = (otherwise: number | null): NumberRule => ({ name: 'length', min: 1, max: LENGTH_MAX, otherwise });
const digits = (otherwise: number): NumberRule => ({ name: 'precision', min: 0, max: 9, otherwise });

const simple = (
  kind: 'BOOLEAN' | 'TINYINT' | 'SMALLINT' | 'INT' | 'BIGINT' | 'FLOAT' | 'DOUBLE' | 'DATE',
): TypeMaker => ({
  make: () => ({ kind, nullable: true }),
});
const sized = (kind: 'CHAR' | 'VARCHAR' | 'BINARY' | 'VARBINARY', rule: NumberRule): TypeMaker => ({
  numbers: [rule],
  make: ([n = 1]) => ({ kind, nullable: true, length: n }),
});
const timed = (kind: 'TIME' | 'TIMESTAMP' | 'TIMESTAMP_LTZ', rule: NumberRule): TypeMaker => ({
  numbers: [rule],
  make: ([precision = 0]) => ({ kind, nullable: true, precision }),
});

const TYPES: ReadonlyMap<string, TypeMaker> = new Map<string, TypeMaker>([
  ['boolean', simple('BOOLEAN')],
  ['tinyint', simple('TINYINT')],
  ['smallint', simple('SMALLINT')],
  ['int', simple('INT')],
  ['bigint', simple('BIGINT')],
  ['float', simple('FLOAT')],
  ['double', simple('DOUBLE')],
  [
    'decimal',
    {
      numbers: [
        { name: 'precision', min: 1, max: DECIMAL_PRECISION_MAX, otherwise: 10 },
        { name: 'scale', min: 0, max: DECIMAL_PRECISION_MAX, otherwise: 0 },
      ],
      make: ([precision = 10, scale = 0]) => ({ kind: 'DECIMAL', nullable: true, precision, scale }),
    },
  ],
  ['char', sized('CHAR', length(1))],
  ['varchar', sized('VARCHAR', length(null))],
  ['string', { make: () => ({ kind: 'VARCHAR', nullable: true, length: LENGTH_MAX }) }],
  ['binary', sized('BINARY', length(1))],
  ['varbinary', sized('VARBINARY', length(null))],
  ['bytes', { make: () => ({ kind: 'VARBINARY', nullable: true, length: LENGTH_MAX }) }],
  ['date', simple('DATE')],
  ['time', timed('TIME', digits(0))],
  ['timestamp', timed('TIMESTAMP', digits(6))],
  ['timestampLtz', timed('TIMESTAMP_LTZ', digits(6))],
  [
    'intervalYearToMonth',
    { make: () => ({ kind: 'INTERVAL_YEAR_MONTH', nullable: true, unit: 'YEAR TO MONTH', precision: 2 }) },
  ],
  [
    'intervalDayToSecond',
    { make: () => ({ kind: 'INTERVAL_DAY_TIME', nullable: true, unit: 'DAY TO SECOND', precision: 2, fraction: 6 }) },
  ],
]);

const TYPE_NAMES = [...TYPES.keys(), 'array', 'map', 'multiset', 'row'];

/** What people write for a type whose name is another one here. */
const TYPE_GUESSES: ReadonlyMap<string, string> = new Map([
  ['text', 't.string()'],
  ['number', 't.double()'],
  ['integer', 't.int()'],
  ['long', 't.bigint()'],
  ['bool', 't.boolean()'],
  ['datetime', 't.timestamp(3)'],
  ['timestamp_ltz', 't.timestampLtz(3)'],
  ['numeric', 't.decimal(10, 2)'],
  ['list', 't.array(t.string())'],
  ['object', 't.row({ … })'],
  ['struct', 't.row({ … })'],
  ...TYPE_NAMES.map((name): [string, string] => [name.toLowerCase(), `t.${name}(${sampleArguments(name)})`]),
]);

function sampleArguments(name: string): string {
  const samples: Readonly<Record<string, string>> = {
    decimal: '10, 2',
    char: '3',
    varchar: '100',
    binary: '16',
    varbinary: '100',
    time: '3',
    timestamp: '3',
    timestampLtz: '3',
    array: 't.string()',
    multiset: 't.string()',
    map: 't.string(), t.string()',
    row: '{ … }',
  };
  return samples[name] ?? '';
}

/** `t.string()` for `string`, `STRING` or `strng`; null when nothing is near. */
function guessType(written: string): string | null {
  if (written === '') return null;
  const name = written.toLowerCase().replace(/\s*\(.*/, '');
  const known = TYPE_GUESSES.get(name);
  if (known !== undefined) return known;
  const near = nearestWord(name, [...TYPE_GUESSES.keys()]);
  return near === null ? null : (TYPE_GUESSES.get(near) ?? null);
}

function readTypeCall(scope: FileScope, name: string, call: CallNode, depth: number): LogicalType | null {
  const type = `t.${name}`;
  const args = call.arguments;
  const child = (index: number, what: string): LogicalType | null => {
    const argument = args[index];
    if (argument !== undefined && isExpression(argument)) return readType(scope, argument, what, depth + 1);
    scope.report(problems.typeArgument(type, `${lowerFirst(what)} is missing`), spanOf(call));
    return null;
  };
  switch (name) {
    case 'array':
    case 'multiset': {
      const element = child(0, 'The type of the elements');
      if (element === null || !hasCount(scope, type, call, 1)) return null;
      return { kind: name === 'array' ? 'ARRAY' : 'MULTISET', nullable: true, element };
    }
    case 'map': {
      const [key, value] = [child(0, 'The type of the keys'), child(1, 'The type of the values')];
      if (key === null || value === null || !hasCount(scope, type, call, 2)) return null;
      return { kind: 'MAP', nullable: true, key, value };
    }
    case 'row': {
      const argument = args[0];
      if (argument === undefined || !isExpression(argument)) return child(0, 'The object of fields');
      const columns = readColumns(scope, argument, 'The fields of the row', depth + 1);
      if (columns?.length === 0) scope.report(problems.noColumns('The row'), spanOf(argument));
      if (columns === null || columns.length === 0 || !hasCount(scope, type, call, 1)) return null;
      return { kind: 'ROW', nullable: true, fields: columns.map((c): Field => ({ name: c.name, type: c.type })) };
    }
  }
  const maker = TYPES.get(name);
  if (maker === undefined) {
    const callee = unwrapped(call.callee as ExpressionNode);
    const property = callee.type === 'MemberExpression' ? callee.property : callee;
    scope.report(problems.unknownType(type, guessType(name)), spanOf(property));
    return null;
  }
  const rules = maker.numbers ?? [];
  if (!hasCount(scope, type, call, rules.length)) return null;
  const numbers: number[] = [];
  for (const [i, rule] of rules.entries()) {
    const number = readNumber(scope, type, rule, args[i], call);
    if (number === null) return null;
    numbers.push(number);
  }
  if (name === 'decimal' && (numbers[1] ?? 0) > (numbers[0] ?? 0)) {
    scope.report(problems.typeArgument(type, 'the scale is larger than the precision'), spanOf(args[1] ?? call));
    return null;
  }
  return maker.make(numbers);
}

function readNumber(
  scope: FileScope,
  type: string,
  { name, min, max, otherwise }: NumberRule,
  argument: Argument | undefined,
  call: CallNode,
): number | null {
  const range = `the ${name} is a number from ${min} to ${max}`;
  if (argument === undefined) {
    if (otherwise === null) scope.report(problems.typeArgument(type, range), spanOf(call));
    return otherwise;
  }
  const at = isExpression(argument) ? resolved(scope, argument) : null;
  const value = at?.type === 'NumericLiteral' ? at.value : Number.NaN;
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  scope.report(problems.typeArgument(type, range), spanOf(argument));
  return null;
}

function hasCount(scope: FileScope, type: string, call: CallNode, countMax: number): boolean {
  const extra = call.arguments[countMax];
  if (extra !== undefined)
    scope.report(
      problems.typeArgument(type, countMax === 0 ? 'it takes no argument' : `it takes at most ${countMax} arguments`),
      spanOf(extra),
    );
  return extra === undefined;
}

function isExpression(argument: Argument): argument is Argument & ExpressionNode {
  return argument.type !== 'SpreadElement' && argument.type !== 'ArgumentPlaceholder';
}

/** The states of a process function. Null: reported. */
export function readStates(scope: FileScope, node: ExpressionNode): readonly StateDeclaration[] | null {
  const members = objectMembers(scope, node, 'The state');
  if (members === null) return null;
  const states: StateDeclaration[] = [];
  for (const member of members) {
    const state = checkedName(scope, member) ? readState(scope, member) : null;
    if (state !== null) states.push(state);
  }
  return states.length === members.length ? states : null;
}

function readState(scope: FileScope, member: Member): StateDeclaration | null {
  const at = member.value.type === 'ObjectMethod' ? null : resolved(scope, member.value as ExpressionNode);
  const callee = at?.type === 'CallExpression' ? unwrapped(at.callee as ExpressionNode) : null;
  const kind = callee === null ? undefined : /^state\.(value|list|map)$/.exec(libraryName(scope, callee) ?? '')?.[1];
  if (at?.type !== 'CallExpression' || callee === null || kind === undefined) {
    scope.report(
      callee !== null && isMissingImport(scope, callee, 'state')
        ? problems.notImported('state')
        : problems.notAState(`'${member.name}'`),
      spanOf(member.value),
    );
    return null;
  }
  const types: LogicalType[] = [];
  const typeCount = kind === 'map' ? 2 : 1;
  for (let i = 0; i < typeCount; i++) {
    const argument = at.arguments[i];
    if (argument === undefined || !isExpression(argument)) {
      scope.report(problems.typeArgument(`state.${kind}`, 'a type is missing'), spanOf(at));
      return null;
    }
    const type = readType(scope, argument, `The type of '${member.name}'`);
    if (type === null) return null;
    types.push(type);
  }
  const ttlMs = readTtl(scope, at.arguments[typeCount]);
  const [first, second] = types;
  if (ttlMs === null || first === undefined || !hasCount(scope, `state.${kind}`, at, typeCount + 1)) return null;
  return {
    name: member.name,
    kind: kind as StateDeclaration['kind'],
    key: second === undefined ? null : first,
    value: second ?? first,
    ttlMs,
    span: member.span,
  };
}

function readTtl(scope: FileScope, options: Argument | undefined): number | null {
  if (options === undefined) return 0;
  const members = isExpression(options) ? objectMembers(scope, options, 'The options of a state') : null;
  if (members === null) return null;
  let ttlMs = 0;
  for (const member of members) {
    if (member.name !== 'ttl') {
      scope.report(problems.unknownMember('A state', member.name, null, ['ttl']), member.nameSpan);
      return null;
    }
    const at = member.value.type === 'ObjectMethod' ? null : resolved(scope, member.value as ExpressionNode);
    const value = at?.type === 'StringLiteral' || at?.type === 'NumericLiteral' ? at.value : null;
    const read = value === null ? undefined : durationMs(String(value));
    if (read === undefined) {
      scope.report(
        value === null ? problems.computed('The ttl', "a text such as '10 min'") : problems.ttl(String(value)),
        spanOf(member.value),
      );
      return null;
    }
    ttlMs = read;
  }
  return ttlMs;
}
