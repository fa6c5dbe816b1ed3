/**
 * A `KoiiNode` whose reads are asked again when they fail: the node asks K2 for them, which refuses a call now and then,
 * and that must cost nobody a round. What acts is done once, because a call may have acted though its answer is lost:
 * whoever wants it looks at the chain before it insists.
 */
import type { Timers } from '../../../../src/lib/index.js';
import { askedAgain } from './asked-again.js';
import {
  type DistributionInfo,
  type DistributionList,
  type KoiiNode,
  KoiiNodeError,
  type SubmissionInfo,
  type TaskState,
} from './koii-node.js';
import type { StakingKey } from './staking-key.js';

/** Another secret than the node gave: asking again changes nothing. */
const UNAUTHORIZED = 401;

export class SteadyKoiiNode implements KoiiNode {
  constructor(
    private readonly node: KoiiNode,
    private readonly timers: Timers,
  ) {}

  stakingKey(): Promise<StakingKey> {
    return this.read(() => this.node.stakingKey());
  }

  slot(): Promise<number> {
    return this.read(() => this.node.slot());
  }

  averageSlotMs(): Promise<number> {
    return this.read(() => this.node.averageSlotMs());
  }

  basePath(): Promise<string> {
    return this.read(() => this.node.basePath());
  }

  rpcUrl(): Promise<string> {
    return this.read(() => this.node.rpcUrl());
  }

  nodeUrls(): Promise<ReadonlyMap<string, string>> {
    return this.read(() => this.node.nodeUrls());
  }

  taskState(wishes: { readonly stakes: boolean }): Promise<TaskState> {
    return this.read(() => this.node.taskState(wishes));
  }

  submissionInfo(round: number): Promise<SubmissionInfo | null> {
    return this.read(() => this.node.submissionInfo(round));
  }

  distributionInfo(round: number): Promise<DistributionInfo | null> {
    return this.read(() => this.node.distributionInfo(round));
  }

  list(author: string, round: number): Promise<DistributionList | null> {
    return this.read(() => this.node.list(author, round));
  }

  submit(value: string, round: number): Promise<void> {
    return this.node.submit(value, round);
  }

  vote(candidate: string, isValid: boolean, round: number): Promise<void> {
    return this.node.vote(candidate, isValid, round);
  }

  voteOnList(candidate: string, isValid: boolean, round: number): Promise<void> {
    return this.node.voteOnList(candidate, isValid, round);
  }

  uploadList(list: DistributionList, round: number): Promise<boolean> {
    return this.node.uploadList(list, round);
  }

  submitList(round: number): Promise<void> {
    return this.node.submitList(round);
  }

  payOut(round: number): Promise<void> {
    return this.node.payOut(round);
  }

  notify(level: 'log' | 'warn' | 'error', what: string, whatToDo: string): Promise<void> {
    return this.node.notify(level, what, whatToDo);
  }

  private read<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    return askedAgain(this.timers, ask, isHopeless);
  }
}

function isHopeless(error: unknown): boolean {
  return !(error instanceof KoiiNodeError) || error.data.status === UNAUTHORIZED;
}
