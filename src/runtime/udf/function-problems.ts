/** What can be wrong with a function's file, in words. Codes never change their meaning once released. */
import type { Span } from '../base/span.ts';

/** What is told of a problem besides where it is. */
export interface ProblemText {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** A problem and its place in the text; `read-declaration.ts` adds path, line and column. */
export interface PlacedProblem extends ProblemText {
  readonly span: Span;
}

const orWords = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words[words.length - 1]}`;

const didYouMean = (guess: string | null, otherwise: string): string =>
  guess === null ? otherwise : `Did you mean ${guess}?`;

/** The messages of the reader. */
export const problems = {
  syntax: (message: string): ProblemText => ({ code: 'udf/syntax', message }),
  tooLarge: (): ProblemText => ({
    code: 'udf/too-large',
    message: 'The file is too large to be a function.',
    hint: 'Keep data in a table of the script, and read it with a join.',
  }),
  tooDeep: (): ProblemText => ({
    code: 'udf/too-deep',
    message: 'The file is nested too deeply, or declares too much, to be read.',
  }),
  noDefaultExport: (): ProblemText => ({
    code: 'udf/no-default-export',
    message: 'The file declares no function.',
    hint: "Write `export default scalar({ … })`, with scalar, table or process imported from 'millrace'.",
  }),
  notADeclaration: (): ProblemText => ({
    code: 'udf/not-a-declaration',
    message: 'The default export is not a call of scalar, table or process.',
    hint: "Write `export default scalar({ … })`, with scalar, table or process imported from 'millrace'.",
  }),
  notImported: (name: string): ProblemText => ({
    code: 'udf/not-imported',
    message: `${name} is not imported from 'millrace'.`,
    hint: `Write \`import { ${name} } from 'millrace'\` at the top of the file.`,
  }),
  computed: (what: string, expected: string): ProblemText => ({
    code: 'udf/computed',
    message: `${what} cannot be read without running the file.`,
    hint: `Types are read from the text, never run: write ${expected} here, or a const of this file that holds it.`,
  }),
  unexpected: (what: string, expected: string): ProblemText => ({
    code: 'udf/unexpected',
    message: `${what} must be ${expected}.`,
  }),
  missing: (form: string, member: string): ProblemText => ({
    code: 'udf/missing-member',
    message: `${form} needs ${member}.`,
  }),
  unknownMember: (form: string, member: string, guess: string | null, known: readonly string[]): ProblemText => ({
    code: 'udf/unknown-member',
    message: `${form} has no ${member}.`,
    hint: didYouMean(guess, `It has ${orWords(known)}.`),
  }),
  unknownType: (name: string, guess: string | null): ProblemText => ({
    code: 'udf/unknown-type',
    message: `There is no type ${name}.`,
    hint: didYouMean(guess, 'Types are t.string(), t.int(), t.bigint(), t.double(), t.decimal(p, s), t.timestamp(p) …'),
  }),
  notAType: (what: string, guess: string | null): ProblemText => ({
    code: 'udf/not-a-type',
    message: `${what} is declared without a type.`,
    hint: didYouMean(guess, 'Write a type such as t.string().'),
  }),
  typeArgument: (type: string, what: string): ProblemText => ({
    code: 'udf/type-argument',
    message: `${type}: ${what}.`,
  }),
  notAState: (what: string): ProblemText => ({
    code: 'udf/not-a-state',
    message: `${what} is not a declaration of state.`,
    hint: 'Write state.value(type), state.list(type) or state.map(keyType, valueType).',
  }),
  ttl: (text: string): ProblemText => ({
    code: 'udf/ttl',
    message: `'${text}' is not a duration.`,
    hint: "Write a text such as '10 min' or '1 d', or a number of milliseconds.",
  }),
  name: (name: string, why: string): ProblemText => ({
    code: 'udf/name',
    message: `'${name}' cannot be a name here: ${why}.`,
  }),
  noColumns: (what: string): ProblemText => ({
    code: 'udf/no-columns',
    message: `${what} has no columns.`,
    hint: 'Write an object of types, such as { city: t.string() }.',
  }),
  asynchronous: (member: string): ProblemText => ({
    code: 'udf/async',
    message: `${member} is asynchronous.`,
    hint: 'Functions run within the turn of one row, so that a run can be repeated: they cannot wait for anything.',
  }),
  generator: (member: string): ProblemText => ({
    code: 'udf/generator',
    message: `${member} is a generator, but it gives no rows.`,
    hint: 'Only `eval` of a table function may be a generator; a process function gives rows with cx.emit(row).',
  }),
  fileMissing: (path: string, guess: string | null): ProblemText => ({
    code: 'udf/file-missing',
    message: `There is no file ${path} in the project.`,
    ...(guess === null ? {} : { hint: `Did you mean ${guess}?` }),
  }),
} as const;
