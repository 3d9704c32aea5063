/**
 * The graph and the forms over all scripts of the corpus of real Flink, when it lies beside the
 * project: nothing throws, every port points at the name it shows, an unchanged form writes nothing,
 * and every script can be taken apart and wired again on the canvas.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { applyTextEdits } from '../base/span.ts';
import { parseScript } from '../sql/1-parse/parse-script.ts';
import { edit } from './apply-edit.ts';
import { buildGraph, graphOf } from './build-graph.ts';
import { EMPTY_LAYOUT } from './layout.ts';
import { buildModel } from './model.ts';
import { plainName } from './names.ts';
import { writeForm } from './write-form.ts';

const ROOT = fileURLToPath(new URL('../../../../shared/corpus/open', import.meta.url));

function jobs(): readonly string[] {
  return readdirSync(ROOT)
    .flatMap((area) => readdirSync(join(ROOT, area)).map((name) => join(ROOT, area, name, 'job.sql')))
    .filter((file) => existsSync(file));
}

describe.skipIf(!existsSync(ROOT))('the corpus (not run where it does not lie beside the project)', () => {
  it('is read into graphs whose spans and forms fit the text', () => {
    const wrong: string[] = [];
    for (const file of jobs()) {
      const text = readFileSync(file, 'utf8');
      const model = buildModel(parseScript(text).script);
      for (const node of graphOf(model).nodes) {
        const unit = model.byId.get(node.id);
        if (!unit) throw new Error('a node has its unit');
        if (node.form && writeForm(text, unit, node.form)?.length !== 0)
          wrong.push(`${file} ${node.id}: writing the form back changes it`);
        for (const port of node.inputs) {
          if (!port.reference) continue;
          const written = text.slice(port.reference.start, port.reference.end).replaceAll('`', '');
          if (written !== port.refersTo) wrong.push(`${file} ${node.id}: ${written} is not ${port.refersTo}`);
        }
        for (const reference of unit.references) {
          for (const span of reference.qualifiers) {
            const written = text.slice(span.start, span.end).replaceAll('`', '');
            if (written !== reference.label && written !== plainName(reference.name))
              wrong.push(`${file} ${node.id}: ${written} does not qualify ${reference.label}`);
          }
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('survives renaming every table there and back', () => {
    const wrong: string[] = [];
    let count = 0;
    for (const file of jobs()) {
      const text = readFileSync(file, 'utf8');
      const graph = buildGraph(parseScript(text).script);
      // A name that is defined twice cannot be taken back: the other definition has it.
      const once = (name: string): boolean =>
        graph.nodes.filter((node) => node.name === name && /^(table|view):/.test(node.id)).length === 1;
      for (const node of graph.nodes.filter(
        (candidate) => /^(table|view):\w+$/.test(candidate.id) && once(candidate.name),
      )) {
        const there = edit(text, EMPTY_LAYOUT, { kind: 'rename', node: node.id, name: 'renamed_by_test' });
        if (!there.ok) {
          if (there.diagnostic.code !== 'edit/name-captured')
            wrong.push(`${file} ${node.id}: ${there.diagnostic.code}`);
          continue;
        }
        const renamed = applyTextEdits(text, there.edit.edits);
        const back = edit(renamed, EMPTY_LAYOUT, { kind: 'rename', node: there.edit.select[0] ?? '', name: node.name });
        if (!back.ok || applyTextEdits(renamed, back.edit.edits) !== text)
          wrong.push(`${file} ${node.id}: ${back.ok ? 'other text' : back.diagnostic.code}`);
        count += 1;
      }
    }
    expect(wrong).toEqual([]);
    expect(count).toBeGreaterThan(300);
  });
});
