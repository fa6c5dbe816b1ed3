/**
 * What the votes of others did to this node's stake, for its operator: a claim voted false is told once, with what it
 * costs, and a stake below the task's minimum stands as a lack for as long as it is one.
 */
import type { DistributionList, KoiiNode } from '../koii/koii-node.js';
import { koiiText } from '../koii/koii-text.js';
import type { Attention } from './operator-variables.js';

const KEPT = 8;

export class StakeWatch {
  /** As the last look found it. */
  lack: Attention | null = null;
  private readonly told: number[] = [];

  constructor(
    private readonly node: Pick<KoiiNode, 'notify' | 'taskState'>,
    private readonly address: string,
  ) {}

  /** Throws `KoiiNodeError`. */
  async look(): Promise<void> {
    const { stake_list, minimum_stake_amount: least } = await this.node.taskState({ stakes: true });
    const stake = stake_list[this.address] ?? 0;
    this.lack =
      stake >= least
        ? null
        : {
            what: `this node's stake of ${koiiText(stake)} is below the task's minimum of ${koiiText(least)}`,
            whatToDo: 'Add to its stake in the desktop node, or Koii takes the node out of the task.',
          };
  }

  /** `list`: of the round, as every node makes it. */
  async listed(round: number, list: DistributionList): Promise<void> {
    const amount = list[this.address] ?? 0;
    if (amount >= 0 || this.told.includes(round)) return;
    this.told.push(round);
    if (this.told.length > KEPT) this.told.shift();
    const what = `the other nodes voted this node's claim of round ${round} false; it costs ${koiiText(-amount)} of its stake`;
    const whatToDo =
      "If nobody has changed this node's files or its software, stop the task, and report it with the log: orcapool audit shows for anybody which check failed.";
    await this.node.notify('error', `Bitcoin pool: ${what}`, whatToDo);
  }
}
