/** Functions of the script as the window lists them, as far as the texts of their files tell. */
import type * as z from 'zod/mini';
import type { functionShape } from '../../runtime/contract/language-contract.ts';
import { typeToString } from '../../runtime/data/type-text.ts';
import type { ProgramGraph } from '../../runtime/program/graph.ts';
import type { Declaration } from '../../runtime/udf/declaration.ts';
import { type FunctionFile, projectFunctions } from '../../runtime/udf/project-functions.ts';

/** One entry for each `CREATE FUNCTION`. */
export function functionShapes(graph: ProgramGraph, files: readonly FunctionFile[]): z.infer<typeof functionShape>[] {
  const library = projectFunctions(files);
  return graph.functions.map(({ name, path, language }) => {
    const isTypescript = language.toUpperCase() === 'TYPESCRIPT';
    const read = isTypescript ? library.declarationOf(path) : null;
    const declaration = read?.ok === true ? read.value : null;
    return {
      name,
      path,
      language,
      form: declaration?.form ?? null,
      signature: declaration === null ? '' : signatureOf(name, declaration),
      inputColumns: null,
      inputRowType: null,
    };
  });
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
