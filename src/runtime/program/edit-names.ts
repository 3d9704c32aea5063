/** Names that edits give and use, and who feeds whom. */

import { quoteIdentifier } from '../sql/print/quote.ts';
import type { ProgramModel, Unit } from './model.ts';
import { plainName } from './names.ts';

/** How a unit is called in new references: as it was defined, quoted where needed. */
export function writtenName(unit: Unit): string {
  return unit.definition
    ? unit.definition.parts.map((part) => quoteIdentifier(part.name)).join('.')
    : quoteIdentifier(unit.name);
}

/** `base_1`, `base_2`, …: the first that nothing in the script defines or reads. */
export function freshName(model: ProgramModel, base: string, alsoTaken: ReadonlySet<string> = new Set()): string {
  const taken = takenNames(model);
  let count = 1;
  while (taken.has(`${base}_${count}`.toLowerCase()) || alsoTaken.has(`${base}_${count}`)) count += 1;
  return `${base}_${count}`;
}

/** All names in use in lower case: names that differ by case only are legal and confuse everybody. */
function takenNames(model: ProgramModel): ReadonlySet<string> {
  const taken = new Set<string>();
  for (const unit of model.units) {
    if (unit.role !== 'insert' && unit.role !== 'select') taken.add(unit.name.toLowerCase());
    for (const reference of unit.references) {
      taken.add(plainName(reference.name).toLowerCase());
      taken.add(reference.label.toLowerCase());
    }
  }
  return taken;
}

/** Ids of all units whose rows reach `id`. Without `throughSinks` only definitions that must stand before it. */
export function upstreamOf(
  model: ProgramModel,
  id: string,
  options: { readonly throughSinks: boolean } = { throughSinks: true },
): ReadonlySet<string> {
  const found = new Set<string>();
  const pending = [id];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const unit = model.byId.get(next);
    const feeders = (unit?.references ?? []).flatMap((reference) => reference.target ?? []);
    if (options.throughSinks && unit?.role === 'table') {
      for (const writer of model.units) {
        if (writer.sink !== unit.id) continue;
        if (writer.edgeOnly) feeders.push(...writer.references.flatMap((reference) => reference.target ?? []));
        else feeders.push(writer.id);
      }
    }
    for (const feeder of feeders) {
      if (found.has(feeder)) continue;
      found.add(feeder);
      pending.push(feeder);
    }
  }
  return found;
}
