/// <reference path="./raw-text.d.ts" />
/**
 * The library 'millrace' as one text: what the editor checks functions against and what is compiled into
 * each of them. Its parts are files of this program, so that they are checked, formatted and tested like
 * all others; here they become one module without imports.
 */
import decimal from './library/decimal.ts?raw';
import millrace from './library/millrace.ts?raw';
import timestamp from './library/timestamp.ts?raw';
import types from './library/types.ts?raw';

/** The name under which functions import the library. */
export const LIBRARY_NAME = 'millrace';

const IMPORT = /^import [^;]*? from '\.\/[\w-]+\.ts';\n/gm;
const TYPES_OF_PARTS = /^export type \{[^}]*\} from '\.\/[\w-]+\.ts';\n/gm;
const VALUES_OF_PARTS = /^export \{[^}]*\};\n/gm;

/** A TypeScript module with all that 'millrace' exports. */
export const LIBRARY_TEXT: string = [decimal, timestamp, types, millrace]
  .map((part) => part.replace(IMPORT, '').replace(TYPES_OF_PARTS, '').replace(VALUES_OF_PARTS, ''))
  .join('\n');
