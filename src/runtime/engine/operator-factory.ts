/** How an operator folder offers its runtime: options from the plan in, a running operator out. */
import type { Schema } from '../data/logical-type.ts';
import type { ChangelogMode } from '../sql/3-plan/physical.ts';
import type { OptionsOf, PhysicalOptions } from '../sql/3-plan/physical-options.ts';
import type { UserCodeOf } from '../udf/user-code.ts';
import type { Operator } from './operator.ts';

/** What an operator may know when it is made; what it needs while running comes with `open`. */
export interface OperatorShape {
  readonly inputs: readonly Schema[];
  readonly inputChangelogs: readonly ChangelogMode[];
  readonly output: Schema;
  readonly changelog: ChangelogMode;
  /** `table.local-time-zone`. */
  readonly timeZone: string;
  /** Loaded code of the functions that the operator's options name. */
  readonly userCode: UserCodeOf;
}

/** The runtime of one kind of operator. */
export interface OperatorFactory<K extends PhysicalOptions['kind'] = PhysicalOptions['kind']> {
  readonly kind: K;
  create(options: OptionsOf<K>, shape: OperatorShape): Operator;
}
