/** A line of the welcome screen, as the workspace contract has it. */
import type { CommandOut } from '../../runtime/contract/contract.ts';
import type { WorkspaceContract } from '../../runtime/contract/workspace-contract.ts';

/** Sample, recent project or draft. */
export type ProjectLink = CommandOut<WorkspaceContract, 'projects.list'>['samples'][number];
