/**
 * The real data of the samples, cut out of the npm package vega-datasets. What is done to it is all in here:
 *
 * - `weather.csv`: seattle-weather.csv without its header line (Flink's csv format knows no headers).
 * - `flights.jsonl`: flights-2k.json, sorted by time of departure, one object a line, with times as SQL writes them.
 * - `airports.csv`: code, city and state of those airports of airports.csv that a flight of the cut touches.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { SampleFile } from './sample-file.ts';

interface Flight {
  readonly date: string;
  readonly delay: number;
  readonly distance: number;
  readonly origin: string;
  readonly destination: string;
}

/** The three files; throws when vega-datasets is not installed. */
export function vegaFiles(): SampleFile[] {
  const packageJson = createRequire(import.meta.url).resolve('vega-datasets/package.json');
  const read = (name: string) => readFileSync(join(dirname(packageJson), 'data', name), 'utf8').replaceAll('\r\n', '\n');

  const weather = read('seattle-weather.csv').trimEnd().split('\n').slice(1);
  const flights = (JSON.parse(read('flights-2k.json')) as Flight[])
    .map((f, i) => ({ f, i }))
    .sort((a, b) => (a.f.date < b.f.date ? -1 : a.f.date > b.f.date ? 1 : a.i - b.i))
    .map(({ f }) => f);
  const touched = new Set(flights.flatMap((f) => [f.origin, f.destination]));
  const airports = read('airports.csv')
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','))
    .filter(([code]) => code !== undefined && touched.has(code))
    .map(([code, , city, state]) => `${code},${city},${state}`);

  return [
    { path: 'seattle-weather/data/weather.csv', text: lines(weather) },
    { path: 'flights/data/flights.jsonl', text: lines(flights.map(flightLine)) },
    { path: 'flights/data/airports.csv', text: lines(airports) },
  ];
}

function flightLine(f: Flight): string {
  const departure = `${f.date.replaceAll('/', '-')}:00`;
  return JSON.stringify({ departure, origin: f.origin, destination: f.destination, delay: f.delay, distance: f.distance });
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
