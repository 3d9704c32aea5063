/**
 * References to secrets in a script: `${secret:NAME}` inside a string of WITH stands for a value that is kept outside
 * of the project. Flink knows no such references: an exported bundle puts the values in when the job is started.
 */

/** Names that can be referred to. A connection's password is `CONNECTION.password`. */
const REFERENCE = /\$\{secret:([A-Za-z][\w.-]*)\}/g;

/** Names of the secrets that a text refers to, each once, in the order of the text. */
export function secretReferences(text: string): readonly string[] {
  return [...new Set([...text.matchAll(REFERENCE)].map(([, name = '']) => name))];
}

/** The reference to a secret. */
export function secretReference(name: string): string {
  return `\${secret:${name}}`;
}

/** A text with its references put in; a name that `read` does not know stays as it is. */
export function replaceSecrets(text: string, read: (name: string) => string | null): string {
  return text.replace(REFERENCE, (whole, name: string) => read(name) ?? whole);
}

/** The environment variable that holds a secret for the command line and for exported bundles: `MILLRACE_SECRET_ORDERS_PASSWORD`. */
export function secretVariable(name: string): string {
  return `MILLRACE_SECRET_${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
}
