/**
 * A script as Flink takes it: `CREATE FUNCTION … AS 'f.ts' LANGUAGE TYPESCRIPT` names a Java class instead, and every
 * other byte stays. Flink's grammar knows no TypeScript; all the rest of a script is Flink's own.
 */
import type { CreateFunction, Script } from '../sql/1-parse/ast.ts';
import { quoteString } from '../sql/print/quote.ts';

/** Functions in TypeScript, in the order of the script. */
export function typescriptFunctions(script: Script): CreateFunction[] {
  return script.statements.flatMap(({ statement }) =>
    statement.kind === 'create-function' && statement.language?.toUpperCase() === 'TYPESCRIPT' ? [statement] : [],
  );
}

/** Where the classes are. */
export interface JvmClasses {
  /** Name of the class by the path in `CREATE FUNCTION … AS 'path'`. */
  readonly byPath: ReadonlyMap<string, string>;
  /** Path of the jar for `USING JAR`; `null`: the cluster has the classes already. */
  readonly jar: string | null;
}

/** The script with Java classes for its TypeScript functions. */
export function scriptForFlink(text: string, script: Script, { byPath, jar }: JvmClasses): string {
  let rewritten = '';
  let at = 0;
  for (const statement of typescriptFunctions(script)) {
    const className = byPath.get(statement.as);
    if (className === undefined) continue;
    const using = jar === null ? '' : ` USING JAR ${quoteString(jar)}`;
    rewritten += `${text.slice(at, statement.asSpan.start)}${quoteString(className)} LANGUAGE JAVA${using}`;
    at = statement.span.end;
  }
  return rewritten + text.slice(at);
}
