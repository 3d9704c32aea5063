/** All formats. Adding one is adding a folder and a line here. */
import { avroFormat } from '../formats/avro/format.ts';
import { avroConfluentFormat } from '../formats/avro-confluent/format.ts';
import { canalJsonFormat } from '../formats/canal-json/format.ts';
import { csvFormat } from '../formats/csv/format.ts';
import { debeziumJsonFormat } from '../formats/debezium-json/format.ts';
import type { Format } from '../formats/format.ts';
import { jsonFormat } from '../formats/json/format.ts';
import { maxwellJsonFormat } from '../formats/maxwell-json/format.ts';
import { rawFormat } from '../formats/raw/format.ts';

const FORMATS: readonly Format[] = [
  jsonFormat,
  csvFormat,
  debeziumJsonFormat,
  canalJsonFormat,
  maxwellJsonFormat,
  rawFormat,
  avroFormat,
  avroConfluentFormat,
];

const BY_NAME = new Map(FORMATS.map((format) => [format.name, format]));

/** Names of all formats. */
export const FORMAT_NAMES: readonly string[] = FORMATS.map(({ name }) => name);

/** A format by its name. */
export function formatNamed(name: string): Format | undefined {
  return BY_NAME.get(name);
}
