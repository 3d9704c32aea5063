/** Secrets of schema registries, put in where the registry is asked, as those of brokers are (`secrets.ts`). */
import { err, type Failure, ok, type Result } from '../base/result.ts';
import { replaceSecrets, secretReferences } from '../program/secret-references.ts';
import type { RegistrySettings, SchemaRegistries } from '../seams/schema-registry.ts';
import { type Secret, secretFor } from './secrets.ts';

/** Registries that are asked with secrets in place of references. */
export function registriesWithSecrets(registries: SchemaRegistries, secrets: readonly Secret[]): SchemaRegistries {
  return {
    connect(settings) {
      const resolved = settingsWithSecrets(settings, secrets);
      if (resolved.ok) return registries.connect(resolved.value);
      return { schemaById: () => resolved, register: () => resolved };
    },
  };
}

function settingsWithSecrets(settings: RegistrySettings, secrets: readonly Secret[]): Result<RegistrySettings> {
  let failure: Failure | null = null;
  const put = (text: string | null): string | null => {
    if (text === null) return null;
    for (const name of secretReferences(text)) {
      const found = secretFor(name, settings.urls, secrets);
      if (!found.ok) failure ??= found.error;
    }
    return replaceSecrets(text, (name) => secrets.find((secret) => secret.name === name)?.value ?? null);
  };
  const resolved = {
    ...settings,
    basicAuth: put(settings.basicAuth),
    bearerToken: put(settings.bearerToken),
    keystorePassword: put(settings.keystorePassword),
  };
  return failure === null ? ok(resolved) : err(failure);
}
