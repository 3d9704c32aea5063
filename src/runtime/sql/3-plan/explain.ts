/**
 * The plan as text: one line a node, consumers above their inputs, with changelog modes. A node that
 * several read is printed once and referred to. Flink: `ExecNodePlanDumper`, `RelTreeWriterImpl`.
 */
import { pathSummary } from '../2-bind/session.ts';
import { changelogText } from './changelog-mode.ts';
import type { PhysicalNode, PhysicalPlan } from './physical.ts';
import type { PlanRule } from './rule.ts';

/** Text of a plan. With `rules` each line has the operator's own settings. */
export function explainPlan(plan: PhysicalPlan, rules: readonly PlanRule[] = []): string {
  const uses = new Map<PhysicalNode, number>();
  for (const node of plan.nodes) for (const input of node.inputs) uses.set(input, (uses.get(input) ?? 0) + 1);
  const reused = new Map<PhysicalNode, number>();
  const lines: string[] = ['== Optimized Execution Plan =='];
  for (const root of plan.roots) {
    print(root, '', '');
    lines.push('');
  }
  return lines.join('\n').trimEnd();

  function print(node: PhysicalNode, head: string, rest: string): void {
    const known = reused.get(node);
    if (known !== undefined) {
      lines.push(`${head}Reused(reference_id=[${known}])`);
      return;
    }
    let text = `${node.name}(${detail(node)}${detail(node) === '' ? '' : ', '}changelogMode=[${changelogText(node.changelog).slice(1, -1)}])`;
    if ((uses.get(node) ?? 0) > 1) {
      reused.set(node, reused.size + 1);
      text += `(reuse_id=[${reused.size}])`;
    }
    lines.push(`${head}${text}`);
    for (const [i, input] of node.inputs.entries()) {
      const last = i === node.inputs.length - 1;
      print(input, `${rest}${last ? '+- ' : ':- '}`, `${rest}${last ? '   ' : ':  '}`);
    }
  }

  function detail(node: PhysicalNode): string {
    if (node.options.kind === 'sink')
      return `table=[${pathSummary(node.options.table.path)}], fields=[${node.schema.map((f) => f.name).join(', ')}]`;
    const rule = rules.find((r) => r.kind === node.options.kind);
    return rule?.explain(node) ?? `fields=[${node.schema.map((f) => f.name).join(', ')}]`;
  }
}
