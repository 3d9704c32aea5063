/** The cluster files of a bundle: Docker Compose for a machine of one's own, an image and a FlinkDeployment for Kubernetes. */
import type { TextFile } from './export-file.ts';
import { FLINK_VERSION, GRAALJS_FOLDER } from './jvm/maven-project.ts';
import { dnsName } from './writers/names.ts';
import { type YamlValue, yamlText } from './writers/yaml.ts';

const IMAGE = `flink:${FLINK_VERSION}-java17`;
/** Where a bundle lies inside containers. */
const HOME = '/opt/millrace';
const LIB = '/opt/flink/lib/millrace';

/** What the cluster is for. */
export interface ClusterRequest {
  /** Name of the job, as people gave it. */
  readonly name: string;
  readonly hasFunctions: boolean;
  /** Whether the script refers to secrets: their values must not become part of an image. */
  readonly hasSecrets: boolean;
}

/** `docker-compose.yml`, `Dockerfile`, `kubernetes/flink-deployment.yaml`. */
export function clusterFiles(request: ClusterRequest): TextFile[] {
  return [
    { path: 'docker-compose.yml', text: composeText(request) },
    { path: 'Dockerfile', text: dockerfileText(request) },
    { path: 'kubernetes/flink-deployment.yaml', text: deploymentText(request) },
  ];
}

function composeText({ hasFunctions }: ClusterRequest): string {
  const volumes = [`./:${HOME}`, ...(hasFunctions ? [`./${GRAALJS_FOLDER}:${LIB}:ro`] : [])];
  const properties = [
    'jobmanager.rpc.address: jobmanager',
    // Nobody uploads programs through the web page; the SQL gateway does not need it.
    'web.submit.enable: false',
    'web.cancel.enable: false',
    // Whoever watches a job sees figures of the last second, not of the last ten.
    'metrics.fetcher.update-interval: 1000',
    'taskmanager.numberOfTaskSlots: 4',
    'taskmanager.memory.process.size: 1536m',
    'taskmanager.memory.jvm-metaspace.size: 512m',
    'rest.bind-address: 0.0.0.0',
    'sql-gateway.endpoint.rest.address: 0.0.0.0',
    'rest.address: jobmanager',
  ].join('\n');
  const service = (command: YamlValue, more: { readonly [key: string]: YamlValue }): YamlValue => ({
    image: IMAGE,
    command,
    environment: { FLINK_PROPERTIES: properties },
    volumes,
    working_dir: HOME,
    ...more,
  });
  return yamlText(
    'A Flink on this machine: docker compose up -d, then bin/submit-gateway.sh.\nAll ports are bound to this machine alone.',
    {
      services: {
        jobmanager: service(['jobmanager'], { ports: ['127.0.0.1:8081:8081'] }),
        taskmanager: service(['taskmanager'], { depends_on: ['jobmanager'] }),
        'sql-gateway': service(['bin/sql-gateway.sh', 'start-foreground'], {
          working_dir: '/opt/flink',
          ports: ['127.0.0.1:8083:8083'],
          depends_on: ['jobmanager'],
        }),
      },
    },
  );
}

/** Nothing in it depends on the job but whether it has functions, and secrets. */
function dockerfileText({ hasFunctions, hasSecrets }: ClusterRequest): string {
  const script = `LC_ALL=C awk -f ${HOME}/bin/lib/statements.awk ${HOME}/sql/job.sql > /opt/flink/job.sql`;
  const entry = '/opt/flink/millrace-entrypoint.sh';
  return `# An image with Flink and the job, for kubernetes/flink-deployment.yaml. Build jvm/ with Maven first.
FROM ${IMAGE}
COPY --chown=flink:flink ["./", "${HOME}/"]
ENV MILLRACE_ROOT=${HOME}
# Runs the script without a SQL gateway beside it, which only has to be on the class path.
RUN cp /opt/flink/opt/flink-sql-gateway-*.jar /opt/flink/lib/ \\
 && ${
   // With secrets the script is made when the container starts, from its variables, and for this user alone.
   hasSecrets
     ? `printf '#!/bin/sh\\nset -eu\\numask 077\\n%s\\nexec /docker-entrypoint.sh "$@"\\n' '${script}' > ${entry} && chmod 755 ${entry} && chown flink:flink /opt/flink`
     : script
 }${
   hasFunctions ? ` \\\n && mkdir -p ${LIB} && cp ${HOME}/${GRAALJS_FOLDER}/*.jar ${LIB}/` : ''
 }${hasSecrets ? `\nENTRYPOINT ["${entry}"]` : ''}
`;
}

function deploymentText({ name, hasSecrets }: ClusterRequest): string {
  const label = dnsName(name);
  const secrets = `${label}-secrets`;
  const pod: YamlValue = {
    spec: { containers: [{ name: 'flink-main-container', envFrom: [{ secretRef: { name: secrets } }] }] },
  };
  return yamlText(
    `For a Flink Kubernetes operator that knows this version of Flink. Build and push the image first, and put its name\nhere. The REST port stays inside the cluster; programs cannot be uploaded.${
      hasSecrets
        ? `\nThe variables of the secrets (see README.md) come from a Secret: kubectl create secret generic ${secrets} --from-literal=NAME=VALUE`
        : ''
    }`,
    {
      apiVersion: 'flink.apache.org/v1beta1',
      kind: 'FlinkDeployment',
      metadata: { name: label, annotations: { 'millrace/job': name } },
      spec: {
        image: `${label}:1`,
        flinkVersion: `v${FLINK_VERSION.split('.').slice(0, 2).join('_')}`,
        serviceAccount: 'flink',
        flinkConfiguration: {
          'taskmanager.numberOfTaskSlots': '2',
          'taskmanager.memory.jvm-metaspace.size': '256m',
          'web.submit.enable': 'false',
          'web.cancel.enable': 'false',
          'kubernetes.rest-service.exposed.type': 'ClusterIP',
        },
        jobManager: { resource: { memory: '1536m', cpu: 1 } },
        ...(hasSecrets ? { podTemplate: pod } : {}),
        taskManager: { resource: { memory: '2048m', cpu: 1 } },
        job: {
          entryClass: 'org.apache.flink.table.runtime.application.SqlDriver',
          args: ['--scriptUri', 'file:///opt/flink/job.sql'],
          parallelism: 1,
          upgradeMode: 'stateless',
        },
      },
    },
  );
}
