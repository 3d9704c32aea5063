/** The samples on their canvas beside the plans that a real Flink 2.3 gave for them (`flink-plans.fixture.json`). */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildGraph } from '../program/build-graph.ts';
import { parseScript } from '../sql/1-parse/parse-script.ts';
import { projectFunctions } from '../udf/project-functions.ts';
import { mapToCanvas } from './flink-canvas-map.ts';
import { type FlinkPlanNode, flinkOperators } from './flink-operators.ts';
import plans from './flink-plans.fixture.json' with { type: 'json' };
import { planScript } from './plan-script.ts';

const samples = path.join(import.meta.dirname, '..', '..', '..', 'samples');

function mapped(
  name: keyof typeof plans,
  change: (nodes: readonly FlinkPlanNode[]) => readonly FlinkPlanNode[] = (nodes) => nodes,
) {
  const folder = path.join(samples, name);
  const text = fs.readFileSync(path.join(folder, 'job.sql'), 'utf8');
  const operators = path.join(folder, 'operators');
  const files = fs.existsSync(operators)
    ? fs.readdirSync(operators).map((file) => ({
        path: `operators/${file}`,
        text: fs.readFileSync(path.join(operators, file), 'utf8'),
      }))
    : [];
  const { nodes } = buildGraph(parseScript(text).script);
  const { planned } = planScript(text, projectFunctions(files));
  const map = mapToCanvas({
    operators: flinkOperators(change(plans[name])),
    roots: planned?.plan.roots ?? [],
    tables: nodes
      .filter(({ id }) => id.startsWith('table:'))
      .map(({ id, name: table }) => ({ nodeId: id, name: table })),
  });
  const label = ({ label: text }: { label: string }): string => text;
  return {
    map: Object.fromEntries(
      nodes.map(({ id, name: node }) => {
        const found = map.nodes.get(id);
        return [
          node,
          found === undefined ? '-' : `${found.operators.map(label).join(' + ')}${found.isExact ? '' : ' merged'}`,
        ];
      }),
    ),
    members: Object.fromEntries([...map.nodes].map(([id, { members }]) => [id, members.map(label)])),
    unmapped: map.unmapped.map(label),
  };
}

describe('operators of a Flink job on the canvas', () => {
  it('finds each view although Flink plans it once for each reader, with its filter moved into others', () => {
    const { map, members, unmapped } = mapped('clickstream');
    expect(map).toEqual({
      clicks: 'WatermarkAssigner[43]',
      users: 'TableSourceScan[68]',
      human_clicks: 'Calc[52]',
      page_views: 'Calc[44]',
      views_per_minute: 'Calc[48]',
      device_activity: 'Calc[56]',
      funnel: 'GroupAggregate[62]',
      purchases: 'Calc[66]',
      orders: 'Calc[71]',
      revenue: 'GroupAggregate[73]',
      popular_pages: 'Sink[49]',
      device_report: 'Sink[57]',
      funnel_report: 'Sink[63]',
      revenue_report: 'Sink[74]',
    });
    expect(members['view:views_per_minute']).toEqual([
      'Calc[48]',
      'GlobalWindowAggregate[47]',
      'LocalWindowAggregate[45]',
    ]);
    expect(unmapped).toEqual([]);
  });

  it('adds up the inputs of a UNION, which is no operator of Flink', () => {
    expect(mapped('flights').map).toMatchObject({
      touches: 'Calc[99] + Calc[102]',
      traffic: 'GroupAggregate[105]',
      banded: 'Calc[93]',
    });
    expect(mapped('sessions')).toMatchObject({
      map: { sql_sessions: 'Calc[162]', typescript_sessions: 'Calc[167]', differences: 'Calc[174]' },
      unmapped: [],
    });
  });

  it('tells an aggregate from the filter behind it, and a HAVING from both', () => {
    expect(mapped('changelog').map).toMatchObject({
      score: 'GroupAggregate[21]',
      favourites: 'Calc[22]',
      popular: 'Calc[25]',
      histogram: 'GroupAggregate[30]',
      scored_songs: 'Calc[37]',
    });
  });

  it('says of a filter whose rows Flink never has by themselves that it is merged, and of a foreign operator that it is none of ours', () => {
    // As if Flink ran no other reader of human_clicks than page_views.
    const only = mapped('clickstream', (nodes) =>
      nodes
        .filter(({ description }) => !/device_report|funnel_report/.test(description))
        .map((node) => ({
          ...node,
          description: node.description
            .replace(/:- \[50\][\s\S]*?(?=\+- \[64\])/, '')
            .replace('[73]:GroupAggregate', '[73]:Conjured'),
        })),
    );
    expect(only.map).toMatchObject({
      human_clicks: 'Calc[44] merged',
      page_views: 'Calc[44]',
      device_activity: '-',
      revenue: '-',
      revenue_report: 'Sink[74]',
    });
    expect(only.unmapped).toContain('Conjured[73]');
  });
});
