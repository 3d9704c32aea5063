/** Functions about types. */
import { stringType, withoutTimeAttribute } from '../../data/type-rules.ts';
import { typeToSerializable, typeToString } from '../../data/type-text.ts';
import type { ScalarFunction } from './function.ts';

const typeOf: ScalarFunction = {
  name: 'TYPEOF',
  determinism: 'deterministic',
  nulls: 'own',
  doc: {
    signature: 'TYPEOF(value [, serializable])',
    text: 'The type of an expression as text.',
    example: 'TYPEOF(1 + 2.5)',
    category: 'type',
  },
  resolve(args) {
    if (args.length < 1 || args.length > 2)
      return { message: 'Invalid input arguments.', flinkClass: 'org.apache.flink.table.api.ValidationException' };
    return { type: stringType(true), argTypes: args.map((a) => a.type) };
  },
  emit([, serializable], types) {
    const type = withoutTimeAttribute(types[0] ?? stringType());
    const summary = JSON.stringify(typeToString(type));
    return serializable === undefined
      ? summary
      : `(${serializable} === true ? ${JSON.stringify(typeToSerializable(type))} : ${summary})`;
  },
};

/** TYPEOF. CAST and TRY_CAST are nodes of their own. */
export const typeFunctions: readonly ScalarFunction[] = [typeOf];
