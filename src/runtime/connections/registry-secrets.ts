/** Secrets of schema registries, put in where the registry is asked, as those of brokers are (`secrets.ts`). */
import { err, ok, type Result } from '../base/result.ts';
import type { RegistrySettings, SchemaRegistries } from '../seams/schema-registry.ts';
import { type Secret, secretTexts } from './secrets.ts';

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
  const texts = secretTexts(settings.urls, secrets);
  const put = (text: string | null): string | null => (text === null ? null : texts.put(text));
  const resolved = {
    ...settings,
    basicAuth: put(settings.basicAuth),
    bearerToken: put(settings.bearerToken),
    keystorePassword: put(settings.keystorePassword),
  };
  const missing = texts.failure();
  return missing === null ? ok(resolved) : err(missing);
}
