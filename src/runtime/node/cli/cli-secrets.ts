/**
 * Secrets for the command line: a script that refers to `${secret:orders.password}` finds it in the environment, as
 * MILLRACE_SECRET_ORDERS_PASSWORD, or in a file of `NAME=value` lines (`--secrets`), which wins. Only what the script
 * refers to is taken.
 */
import * as fs from 'node:fs';
import { err, ok, type Result } from '../../base/result.ts';
import type { Secret } from '../../connections/secrets.ts';
import { secretReferences, secretVariable } from '../../program/secret-references.ts';

/** Values by name: of a secret, or of its variable. */
export type SecretValues = ReadonlyMap<string, string>;

/** A file of secrets is a handful of lines. */
const FILE_BYTES_MAX = 1024 * 1024;

/** The values in a file; the error is a sentence and quotes nothing of the file. */
export function readSecretsFile(file: string): Result<SecretValues, string> {
  let text: string;
  try {
    if (fs.statSync(file).size > FILE_BYTES_MAX) return err(`${file} is too large for a file of secrets.`);
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    return err(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
  const values = new Map<string, string>();
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    if (/^\s*(?:#.*)?$/.test(line)) continue;
    const [, name, value] = /^\s*(?:export\s+)?([A-Za-z][\w.-]*)\s*=(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined)
      return err(`${file}: line ${index + 1} is not of the form NAME=value.`);
    values.set(name, unquoted(value.trim()));
  }
  return ok(values);
}

function unquoted(value: string): string {
  const [, , inner] = /^(["'])(.*)\1$/.exec(value) ?? [];
  return inner ?? value;
}

/** The secrets that a script refers to, as far as they are there. Whoever set them chose the script too: they may go anywhere. */
export function secretsFor(
  script: string,
  environment: Readonly<Record<string, string | undefined>>,
  file: SecretValues,
): readonly Secret[] {
  return secretReferences(script).flatMap((name): Secret[] => {
    const variable = secretVariable(name);
    const value = file.get(name) ?? file.get(variable) ?? environment[variable];
    return value === undefined ? [] : [{ name, value, addresses: null }];
  });
}
