/** NOT and the postfix tests. AND and OR are nodes of their own (`bound-expr.ts`), because they stop early. */
import { booleanType } from '../../data/type-rules.ts';
import type { FunctionDoc, ScalarFunction } from './function.ts';
import { anyNullable, argText, cannotApply, illegalNull } from './typing.ts';

function test(
  name: string,
  text: string,
  category: FunctionDoc['category'],
  operand: 'boolean' | 'any',
  code: (a: string) => string,
): ScalarFunction {
  return {
    name,
    determinism: 'deterministic',
    nulls: 'own',
    doc: { signature: `value ${name}`, text, category },
    resolve(args) {
      const [arg] = args;
      if (arg === undefined) return { message: `${name} needs an operand` };
      const isBoolean = arg.type.kind === 'BOOLEAN' || arg.type.kind === 'NULL' || arg.type.kind === 'ERROR';
      if (operand === 'boolean' && !isBoolean)
        return cannotApply(name, `${argText(arg)} ${name}`, [`<BOOLEAN> ${name}`]);
      return {
        type: booleanType(false),
        argTypes: [operand === 'boolean' ? booleanType(arg.type.nullable) : arg.type],
      };
    },
    emit: ([a = 'null']) => code(a),
  };
}

const not: ScalarFunction = {
  name: 'NOT',
  determinism: 'deterministic',
  nulls: 'strict',
  doc: {
    signature: 'NOT boolean',
    text: 'TRUE when the operand is FALSE, FALSE when TRUE, else NULL.',
    category: 'logical',
  },
  resolve(args) {
    const [arg] = args;
    if (arg === undefined) return { message: 'NOT needs an operand' };
    if (arg.type.kind === 'NULL') return illegalNull();
    if (arg.type.kind !== 'BOOLEAN' && arg.type.kind !== 'ERROR')
      return cannotApply('NOT', `NOT${argText(arg)}`, ['NOT<BOOLEAN>']);
    return { type: booleanType(anyNullable(args)), argTypes: [booleanType(arg.type.nullable)] };
  },
  emit: ([a = 'null']) => `!${a}`,
};

/** NOT, IS NULL, IS TRUE and their like. */
export const logicalFunctions: readonly ScalarFunction[] = [
  not,
  test('IS NULL', 'TRUE when the value is NULL.', 'comparison', 'any', (a) => `(${a} === null)`),
  test('IS NOT NULL', 'TRUE when the value is not NULL.', 'comparison', 'any', (a) => `(${a} !== null)`),
  test('IS TRUE', 'TRUE when the operand is TRUE; never NULL.', 'logical', 'boolean', (a) => `(${a} === true)`),
  test('IS NOT TRUE', 'TRUE when the operand is FALSE or NULL.', 'logical', 'boolean', (a) => `(${a} !== true)`),
  test('IS FALSE', 'TRUE when the operand is FALSE; never NULL.', 'logical', 'boolean', (a) => `(${a} === false)`),
  test('IS NOT FALSE', 'TRUE when the operand is TRUE or NULL.', 'logical', 'boolean', (a) => `(${a} !== false)`),
  test('IS UNKNOWN', 'TRUE when the operand is NULL.', 'logical', 'boolean', (a) => `(${a} === null)`),
  test('IS NOT UNKNOWN', 'TRUE when the operand is TRUE or FALSE.', 'logical', 'boolean', (a) => `(${a} !== null)`),
];
