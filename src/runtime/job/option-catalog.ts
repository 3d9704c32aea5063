/** Options of tables for the editors, from the connectors and formats that there are. */
import type { OptionSpec } from '../connectors/connector.ts';
import type { OptionCatalog, OptionInfo } from '../language/script-model.ts';
import { allConnectors, connectorNamed } from './connector-registry.ts';
import { FORMAT_NAMES, formatNamed } from './format-registry.ts';

const CONNECTOR: OptionInfo = {
  key: 'connector',
  type: 'string',
  required: true,
  doc: 'What the table is connected to.',
};
const FORMAT_KEYS = ['format', 'value.format', 'key.format'];
/** Formats that find values by place and not by name. */
const BY_PLACE = new Set(['csv', 'raw']);

/** The options of this program's connectors. */
export const optionCatalog: OptionCatalog = {
  connectors: () => allConnectors().map(({ name, doc }) => ({ name, doc })),
  optionsFor(given) {
    const connector = connectorNamed(given.get('connector') ?? '');
    const own = (connector?.options ?? []).filter((o) => o.key !== 'connector').map((o) => infoOf(o, ''));
    const ofFormats = FORMAT_KEYS.flatMap((key) => {
      const name = given.get(key) ?? '';
      const prefix = key === 'format' ? `${name}.` : `${key.slice(0, -'format'.length)}${name}.`;
      return (formatNamed(name)?.options ?? []).map((o) => infoOf(o, prefix));
    });
    return [CONNECTOR, ...own, ...ofFormats].sort((a, b) => Number(b.required) - Number(a.required));
  },
  matchesByName: (given) => FORMAT_KEYS.some((key) => given.has(key) && !BY_PLACE.has(given.get(key) ?? '')),
};

function infoOf({ key, type, required, default: fallback, values, doc }: OptionSpec, prefix: string): OptionInfo {
  const known = FORMAT_KEYS.includes(key) ? FORMAT_NAMES : values;
  return {
    key: prefix + key,
    type,
    required: required && prefix === '',
    doc,
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(known === undefined ? {} : { values: known }),
  };
}
