/** Options of formats whose schemas stand in a registry. Flink: `AvroConfluentFormatOptions`. */
import type { OptionProblem, OptionSpec } from '../../connectors/connector.ts';
import type { RegistrySettings } from '../../seams/schema-registry.ts';

const option = (key: string, doc: string, usedBy: OptionSpec['usedBy'] = 'both'): OptionSpec => ({
  key,
  type: 'string',
  required: false,
  doc,
  usedBy,
});

/** Keys that older scripts use for the first three options. */
const OLDER: Readonly<Record<string, string>> = {
  url: 'schema-registry.url',
  subject: 'schema-registry.subject',
  schema: 'schema-registry.schema',
  'ssl.keystore.location': 'schema-registry.ssl.keystore.location',
  'ssl.keystore.password': 'schema-registry.ssl.keystore.password',
  'ssl.truststore.location': 'schema-registry.ssl.truststore.location',
  'ssl.truststore.password': 'schema-registry.ssl.truststore.password',
  'basic-auth.credentials-source': 'schema-registry.basic-auth.credentials-source',
  'basic-auth.user-info': 'schema-registry.basic-auth.user-info',
  'bearer-auth.credentials-source': 'schema-registry.bearer-auth.credentials-source',
  'bearer-auth.token': 'schema-registry.bearer-auth.token',
};

const OWN: readonly OptionSpec[] = [
  option('url', 'Address of the schema registry; several with commas.'),
  option('subject', 'Name under which the schema is registered; for a topic <topic>-value or <topic>-key.', 'sink'),
  option('schema', 'The schema as JSON, where it is not that of the table.'),
  option('ssl.truststore.location', 'PEM file with the certificates to trust.'),
  option('ssl.truststore.password', 'Password of the truststore; PEM files have none.'),
  option('ssl.keystore.location', 'PKCS #12 or PEM file with the own certificate and key.'),
  option('ssl.keystore.password', 'Password of the keystore.'),
  option('basic-auth.credentials-source', 'USER_INFO: user and password stand in basic-auth.user-info.'),
  option('basic-auth.user-info', 'user:password.'),
  option('bearer-auth.credentials-source', 'STATIC_TOKEN: the token stands in bearer-auth.token.'),
  option('bearer-auth.token', 'Bearer token.'),
];

/** The options, and the keys that they had before. */
export const REGISTRY_OPTIONS: readonly OptionSpec[] = [
  ...OWN,
  ...OWN.flatMap((spec) => {
    const key = OLDER[spec.key];
    return key === undefined ? [] : [{ ...spec, key, doc: `Older name of ${spec.key}.` }];
  }),
];

type Options = ReadonlyMap<string, string>;

/** An option under its name or its older one. */
export function registryOption(options: Options, key: string): string | null {
  return options.get(key) ?? options.get(OLDER[key] ?? key) ?? null;
}

/** What is wrong with the options of the format `name`. */
export function registryProblems(options: Options, name: string): readonly OptionProblem[] {
  const refuse = (message: string, hint: string, key: string): OptionProblem[] => [
    { code: 'validate/format-options', message, hint, key: `${name}.${key}` },
  ];
  const url = registryOption(options, 'url');
  if (url === null) {
    const message = 'One or more required options are missing.\n\nMissing required options are:\n\nurl';
    return refuse(message, `Add '${name}.url' = 'http://…'.`, 'url');
  }
  const wrong = urlsOf(url).find((each) => !/^https?:\/\/[^\s/]+/.test(each));
  if (wrong !== undefined) return refuse(`'${name}.url' is no address: ${wrong}`, 'Write http://host:port.', 'url');
  const truststore = registryOption(options, 'ssl.truststore.location');
  if (truststore !== null && /\.(?:jks|p12|pfx)$/i.test(truststore)) {
    const message = `The truststore ${truststore} is a Java keystore, which cannot be read here.`;
    return refuse(message, 'Export its certificates as PEM and name that file.', 'ssl.truststore.location');
  }
  const source = registryOption(options, 'basic-auth.credentials-source')?.toUpperCase() ?? 'USER_INFO';
  if (source !== 'USER_INFO' && source !== 'URL') {
    const message = `'${name}.basic-auth.credentials-source' = '${source}' is not supported.`;
    return refuse(message, 'Use USER_INFO.', 'basic-auth.credentials-source');
  }
  return [];
}

/** The registry that options which were accepted name. */
export function registrySettings(options: Options): RegistrySettings {
  return {
    urls: urlsOf(registryOption(options, 'url') ?? ''),
    basicAuth: registryOption(options, 'basic-auth.user-info'),
    bearerToken: registryOption(options, 'bearer-auth.token'),
    caFile: registryOption(options, 'ssl.truststore.location'),
    keystoreFile: registryOption(options, 'ssl.keystore.location'),
    keystorePassword: registryOption(options, 'ssl.keystore.password'),
  };
}

function urlsOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((url) => url.trim())
    .filter((url) => url !== '');
}
