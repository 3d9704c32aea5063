/**
 * A statement as it is sent to a cluster: values in place of the references to secrets in the options of a table. The
 * rule is that of the start scripts of a bundle (`export/scripts/statements.awk`), and a secret goes only into a table
 * that reaches the addresses it is for.
 */
import { err, ok, type Result } from '../base/result.ts';
import type { TextEdit } from '../base/span.ts';
import { applyTextEdits } from '../base/span.ts';
import { replaceSecrets, secretReferences } from '../program/secret-references.ts';
import type { CreateTable } from '../sql/1-parse/ast.ts';
import { parseScript } from '../sql/1-parse/parse-script.ts';
import { quoteString } from '../sql/print/quote.ts';
import { serverList } from './connection.ts';
import { type Secret, secretFor } from './secrets.ts';

/** The statement with values: to be sent, and neither shown nor kept. */
export function statementWithSecrets(text: string, secrets: readonly Secret[]): Result<string> {
  if (secretReferences(text).length === 0) return ok(text);
  const edits: TextEdit[] = [];
  for (const { statement } of parseScript(text).script.statements) {
    if (statement.kind !== 'create-table') continue;
    for (const { key, value, valueSpan } of statement.options) {
      if (secretReferences(value).length === 0) continue;
      const put = withValues(value, addressesOf(statement, key), secrets);
      if (!put.ok) return put;
      edits.push({ span: valueSpan, text: quoteString(put.value) });
    }
  }
  return ok(applyTextEdits(text, edits));
}

/** Where the value of an option is sent: to the brokers of the table, or to its registry. */
function addressesOf({ options }: CreateTable, key: string): readonly string[] {
  const isOfBrokers = key.startsWith('properties.');
  const found = options.filter((option) =>
    isOfBrokers
      ? option.key === 'properties.bootstrap.servers'
      : /(?:^|\.)(?:url|schema-registry\.url)$/.test(option.key),
  );
  return found.flatMap(({ value }) =>
    isOfBrokers ? serverList(value) : value.split(/[,;]/).map((address) => address.trim()),
  );
}

function withValues(text: string, addresses: readonly string[], secrets: readonly Secret[]): Result<string> {
  for (const name of secretReferences(text)) {
    const found = secretFor(name, addresses, secrets);
    if (!found.ok) return err(found.error);
  }
  return ok(
    replaceSecrets(text, (name, before) => {
      const value = secrets.find((secret) => secret.name === name)?.value ?? null;
      // Behind a double quote the value is text of a JAAS configuration.
      return before.endsWith('"') ? (value?.replace(/["\\]/g, '\\$&') ?? null) : value;
    }),
  );
}
