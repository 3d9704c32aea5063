/** The README of a bundle: what is in it, how it starts, what will be different. */

import { secretVariable } from '../program/secret-references.ts';
import type { TextFile } from './export-file.ts';
import type { Finding } from './findings.ts';
import { FLINK_VERSION, GRAALJS_FOLDER, JOB_JAR } from './jvm/maven-project.ts';
import { markdownCode, markdownText } from './writers/markdown.ts';

/** What the README speaks of. */
export interface ReadmeRequest {
  readonly name: string;
  /** Names of the functions in TypeScript. */
  readonly functions: readonly string[];
  readonly inputs: readonly string[];
  readonly differences: readonly Finding[];
  /** Secrets that the script refers to. */
  readonly secrets: readonly string[];
  readonly expected: readonly { readonly name: string; readonly rowCount: number }[] | null;
}

/** `README.md`. */
export function readmeFile(request: ReadmeRequest): TextFile {
  const { name, functions, inputs, differences, secrets, expected } = request;
  const hasFunctions = functions.length > 0;
  const sections = [
    `# ${markdownText(name)}

A job for Apache Flink ${FLINK_VERSION}, exported by Millrace. It needs nothing of Millrace to run.

| file | what |
|---|---|
| \`sql/job.sql\` | the program: plain Flink SQL. Relative paths in it count from this folder; the start scripts make them absolute |
| \`jvm/\` | Maven project of thin jars: ${hasFunctions ? 'the functions in TypeScript, compiled, and `verify`' : '`verify`'} |
| \`bin/\` | start scripts and \`verify\` |
| \`docker-compose.yml\` | a Flink on this machine with a SQL gateway; ports are bound to this machine alone |
| \`Dockerfile\`, \`kubernetes/\` | an image with the job, and a \`FlinkDeployment\` for the Flink Kubernetes operator |
| \`expected/\` | ${expected === null ? 'nothing yet: export with `--expected`' : 'the rows that each sink got on the machine where this was exported'} |`,
    `## Build

    mvn -f jvm/pom.xml package

makes \`${JOB_JAR}\` and \`millrace-job-verify.jar\` beside it${
      hasFunctions
        ? `, and puts GraalJS, which runs the functions, into \`${GRAALJS_FOLDER}/\`. Copy those jars into the \`lib\` folder of
the cluster and of the SQL gateway before they start: as part of a job they would stay in memory after it. Docker Compose
and the image do so by themselves. Give long-lived clusters 512 MB of metaspace.`
        : '.'
    }`,
    `## Start

    docker compose up -d             a cluster on this machine; any other will do as well
    bin/submit-gateway.sh            through a SQL gateway; needs curl and awk
    bin/submit-sql-client.sh         or with the SQL client of a Flink distribution (FLINK_HOME)

Gateway and cluster must see this folder. Where it lies elsewhere for them (\`/opt/millrace\` with Docker Compose), say so:
\`MILLRACE_ON_CLUSTER=/opt/millrace bin/submit-gateway.sh\`. \`MILLRACE_GATEWAY\` is the gateway's address.

For Kubernetes build the image (\`docker build -t NAME .\`), put its name into \`kubernetes/flink-deployment.yaml\`, and
\`kubectl apply -f\` it.`,
    secretsText(secrets),
    verifyText(expected),
    functions.length === 0
      ? null
      : `## Functions

${functions.map((fn) => `- ${markdownCode(fn)}`).join('\n')}`,
    inputs.length === 0
      ? null
      : `## Input

${inputs.map((path) => `- ${markdownCode(path)}`).join('\n')}`,
    `## What is different on a cluster

${differences.length === 0 ? 'Nothing that is known.' : differences.map(({ message, nodeId }) => `- ${nodeId === null ? '' : `${markdownCode(nodeId)}: `}${markdownText(message)}`).join('\n')}`,
  ];
  return { path: 'README.md', text: `${sections.filter((section) => section !== null).join('\n\n')}\n` };
}

/** The names come from the script, but are letters, digits, dots, dashes and underscores alone. */
function secretsText(secrets: readonly string[]): string | null {
  if (secrets.length === 0) return null;
  return `## Secrets

The program refers to secrets and holds none. Set a variable for each where a script of \`bin/\` is started; without it
the script says which one is missing and starts nothing. The value goes to the cluster as part of the statement.

| secret | variable |
|---|---|
${secrets.map((secret) => `| ${markdownCode(secret)} | ${markdownCode(secretVariable(secret))} |`).join('\n')}

In Kubernetes the variables come from the Secret that \`kubernetes/flink-deployment.yaml\` names.`;
}

function verifyText(expected: ReadmeRequest['expected']): string {
  const head = `## Verify

    bin/verify.sh

runs \`sql/job.sql\` on a Flink through its SQL gateway and compares what each sink gets with \`expected/\`: rows that are
equal, missing and extra, and the first that differs. Each sink is hidden behind a table that writes files into
\`verify-out/\`, so nothing is sent where the job would send it. What the changes of a sink add up to is compared, not
their order, which Flink does not define between keys.`;
  if (expected === null) return head;
  return `${head}

| sink | changes |
|---|---|
${expected.map(({ name, rowCount }) => `| ${markdownText(name)} | ${rowCount} |`).join('\n')}`;
}
