/**
 * The script's function library as the editor needs it: what each function is, and for process functions the
 * columns of the table that the graph gives them, also as members of a TypeScript interface.
 */
import type { Schema } from '../data/logical-type.ts';
import { sameType } from '../data/type-rules.ts';
import { typeToString } from '../data/type-text.ts';
import type { ProgramGraph } from '../program/graph.ts';
import type { Rel } from '../sql/2-bind/rel.ts';
import { relInputs } from '../sql/2-bind/rel-tools.ts';
import type { Declaration } from '../udf/declaration.ts';
import type { FunctionLibrary } from '../udf/function-library.ts';
import { typescriptMembers } from '../udf/typescript-types.ts';

/** One function of the script. */
export interface AnalysedFunction {
  readonly name: string;
  readonly path: string;
  readonly language: string;
  /** Null for other languages and for files that cannot be read as a declaration. */
  readonly form: Declaration['form'] | null;
  /** `risk(amount DECIMAL(10, 2), city STRING) → DOUBLE`; empty when not known. */
  readonly signature: string;
  /** Columns of the table that a process function is called with; null when no call of it binds. */
  readonly inputColumns: readonly { readonly name: string; readonly type: string }[] | null;
  /** The same as members of an interface. */
  readonly inputRowType: string | null;
}

/** All functions of the script, in order. `rels`: its bound queries and views. */
export function analyseFunctions(
  graph: ProgramGraph,
  library: FunctionLibrary | null,
  rels: readonly Rel[],
): readonly AnalysedFunction[] {
  const inputs = inputSchemas(rels);
  return graph.functions.map(({ name, path, language }) => {
    const read = language.toUpperCase() === 'TYPESCRIPT' ? library?.declarationOf(path) : undefined;
    const declaration = read?.ok === true ? read.value : null;
    const input = declaration?.form === 'process' ? inputs.get(keyOf(name, path)) : undefined;
    return {
      name,
      path,
      language,
      form: declaration?.form ?? null,
      signature: declaration === null ? '' : signatureOf(name, declaration),
      inputColumns: input?.map((f) => ({ name: f.name, type: typeToString(f.type) })) ?? null,
      inputRowType: input === undefined ? null : typescriptMembers(input),
    };
  });
}

/** Tables of the calls of each process function; of several calls what they have in common. */
function inputSchemas(rels: readonly Rel[]): ReadonlyMap<string, Schema> {
  const found = new Map<string, Schema>();
  const seen = new Set<Rel>();
  const visit = (rel: Rel): void => {
    if (seen.has(rel)) return;
    seen.add(rel);
    if (rel.kind === 'process-function') {
      const { user, declaration, columns } = rel.call;
      // With a declared input a cast may have added columns of its own; the table is what stands before it.
      const table = declaration.input === null ? columns : tableOf(rel.input);
      const key = keyOf(user.name, user.path);
      const known = found.get(key);
      found.set(key, known === undefined ? table : common(known, table));
    }
    for (const input of relInputs(rel)) visit(input);
  };
  for (const rel of rels) visit(rel);
  return found;
}

function tableOf(input: Rel): Schema {
  const isCast = input.kind === 'project' && input.schema.some((f) => f.name.endsWith('$cast'));
  return isCast ? input.input.schema : input.schema;
}

function common(a: Schema, b: Schema): Schema {
  return a.flatMap((field) => {
    const other = b.find((f) => f.name === field.name);
    if (other === undefined || !sameType(field.type, other.type, { ignoreNullability: true })) return [];
    return [field.type.nullable ? field : { name: field.name, type: other.type }];
  });
}

function keyOf(name: string, path: string): string {
  return `${name.toLowerCase()}\0${path}`;
}

function signatureOf(name: string, declaration: Declaration): string {
  const args = declaration.args.map((arg) => `${arg.name} ${typeToString(arg.type)}`);
  if (declaration.form === 'process') args.unshift('input TABLE');
  const result =
    declaration.form === 'scalar'
      ? typeToString(declaration.returns)
      : `(${declaration.returns.map((field) => `${field.name} ${typeToString(field.type)}`).join(', ')})`;
  return `${name}(${args.join(', ')}) → ${result}`;
}
