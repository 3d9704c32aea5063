/** Why an edit cannot be done: one function for each reason. Codes are `edit/…` and never reused. */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Span } from '../base/span.ts';

interface Place {
  readonly nodeId?: string;
  readonly span?: Span;
}

function refusal(code: string, message: string, hint: string, place: Place = {}): Diagnostic {
  return { code, phase: 'validate', severity: 'error', message, hint, ...place };
}

/** Reasons, by what the user tried. */
export const refuse = {
  noSuchNode: (id: string): Diagnostic =>
    refusal(
      'edit/no-such-node',
      `There is no node ${id} in the script any more.`,
      'The script changed meanwhile; select the node again.',
    ),
  noSuchEdge: (id: string): Diagnostic =>
    refusal(
      'edit/no-such-edge',
      `There is no connection ${id} in the script any more.`,
      'The script changed meanwhile; select the connection again.',
    ),
  noSuchFunction: (name: string): Diagnostic =>
    refusal(
      'edit/no-such-function',
      `There is no function ${name} in the script any more.`,
      'The script changed meanwhile; look at the function library again.',
    ),
  noSuchPort: (node: string, port: string): Diagnostic =>
    refusal('edit/no-such-port', `${node} has no input ${port}.`, 'Connect to one of the ports on its left edge.'),
  brokenStatement: (name: string, place: Place): Diagnostic =>
    refusal(
      'edit/broken-statement',
      `${name} does not parse, so its connections cannot be changed.`,
      'Correct its SQL first; the Problems list says what is wrong.',
      place,
    ),
  noOutput: (name: string, place: Place): Diagnostic =>
    refusal(
      'edit/no-output',
      `${name} has no output to connect.`,
      'A sink only takes rows. Connect from the node before it instead.',
      place,
    ),
  goesIntoSink: (name: string, place: Place): Diagnostic =>
    refusal(
      'edit/insert-has-one-output',
      `This query of INSERT INTO ${name} can only feed ${name}.`,
      'Disconnect it from the sink: it becomes an operator that others can read.',
      place,
    ),
  noInput: (name: string, place: Place): Diagnostic =>
    refusal(
      'edit/no-input',
      `${name} takes no rows: its connector can only be read.`,
      'Connect to an operator or a sink.',
      place,
    ),
  sourceFirst: (palette: string): Diagnostic =>
    refusal(
      'edit/source-takes-no-input',
      `A source (${palette}) reads from outside the job, not from another node.`,
      'Drop it on the free canvas, then connect from it.',
    ),
  cycle: (from: string, to: string, place: Place): Diagnostic =>
    refusal(
      'edit/cycle',
      `${to} already feeds ${from}; a connection back would make a cycle.`,
      'Flink SQL has no loops. Send the rows to a table outside the job and read them from there.',
      place,
    ),
  alreadyConnected: (from: string, to: string, place: Place): Diagnostic =>
    refusal(
      'edit/already-connected',
      `${from} already feeds ${to}.`,
      'A second INSERT would write every row twice.',
      place,
    ),
  nameTaken: (name: string, place: Place): Diagnostic =>
    refusal('edit/name-taken', `The name ${name} is already taken in this script.`, 'Choose another name.', place),
  emptyName: (place: Place): Diagnostic => refusal('edit/empty-name', 'A name cannot be empty.', 'Type a name.', place),
  nameTooLong: (max: number, place: Place): Diagnostic =>
    refusal('edit/name-too-long', `A name has at most ${max} characters.`, 'Choose a shorter name.', place),
  noName: (what: string, place: Place): Diagnostic =>
    refusal('edit/no-name', `${what} has no name of its own.`, 'Rename the table that it reads or writes.', place),
  noForm: (name: string, place: Place): Diagnostic =>
    refusal(
      'edit/no-form',
      `${name} cannot be edited by this form.`,
      'Its SQL has parts that the form cannot show; edit the SQL.',
      place,
    ),
  invalidField: (message: string, place: Place): Diagnostic =>
    refusal('edit/invalid-field', `Not valid SQL: ${message}`, 'Nothing was changed; correct the value.', place),
  disturbsOthers: (message: string, place: Place): Diagnostic =>
    refusal(
      'edit/disturbs-others',
      `This text would change other statements too${message === '' ? '.' : `: ${message}`}`,
      'Close the quote, comment or parenthesis that is open.',
      place,
    ),
  brokenInSet: (message: string, place: Place): Diagnostic =>
    refusal(
      'edit/broken-in-set',
      `This INSERT stands in a statement set, and with an error in it the whole set would not parse: ${message}`,
      'Correct the SQL; it is applied as soon as it parses.',
      place,
    ),
  notAnOperator: (palette: string): Diagnostic =>
    refusal(
      'edit/not-an-operator',
      `A ${palette} does not fit into a connection.`,
      'Only operators pass rows on. Drop it on the free canvas.',
    ),
  wouldBreak: (message: string): Diagnostic =>
    refusal(
      'edit/would-break',
      `The script would not parse after this change${message === '' ? '.' : `: ${message}`}`,
      'Make this change in the script text.',
    ),
  captured: (name: string, place: Place): Diagnostic =>
    refusal(
      'edit/name-captured',
      `${name} already means something else inside a query that reads it (an alias or a WITH name).`,
      'Choose another name.',
      place,
    ),
  shadowed: (name: string, place: Place): Diagnostic =>
    refusal(
      'edit/shadowed',
      `The name ${name} means another definition at that place of the script.`,
      'It is defined more than once; rename one of them.',
      place,
    ),
  nothingToDo: (): Diagnostic =>
    refusal('edit/nothing-to-do', 'There is nothing to change.', 'Select at least one node.'),
} as const;
