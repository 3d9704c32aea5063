/** The packaging file is one that electron-builder accepts, and its fuses leave no way in. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BUILD_TARGETS, PROJECT_FOLDER } from './build.ts';

// Both come with electron-builder, and neither is a package of ours.
const require = createRequire(createRequire(join(PROJECT_FOLDER, 'package.json')).resolve('electron-builder'));
const { load } = require('js-yaml') as { load(text: string): unknown };
const { validateConfiguration } = require('app-builder-lib/out/util/config/config') as {
  validateConfiguration(configuration: unknown, log: unknown): Promise<void>;
};

const configuration = load(readFileSync(join(PROJECT_FOLDER, 'electron-builder.yml'), 'utf8')) as Record<
  string,
  unknown
>;
const log = { isEnabled: false, add: () => {}, data: new Map() };

it('is valid by the schema of electron-builder, which refuses a misspelt key', async () => {
  await validateConfiguration(structuredClone(configuration), log);
  await expect(validateConfiguration({ ...configuration, electronFuse: {} }, log)).rejects.toThrow(/electronFuse/);
});

it('sets every fuse against running foreign code in our name', () => {
  expect(configuration.electronFuses).toEqual({
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  });
});

it('packs the programs that the build makes, the samples and the notices', () => {
  const description = JSON.parse(readFileSync(join(PROJECT_FOLDER, 'package.json'), 'utf8')) as {
    main: string;
    bin: { millrace: string };
  };
  const outputs = BUILD_TARGETS.map((target) => target.output);
  const resources = (configuration.extraResources as { from: string }[]).map((item) => item.from);
  expect([
    outputs.includes(description.main),
    outputs.includes(description.bin.millrace),
    configuration.asar,
    resources,
  ]).toEqual([true, true, true, ['samples', description.bin.millrace, 'node_modules', 'THIRD_PARTY_NOTICES.md']]);
});
