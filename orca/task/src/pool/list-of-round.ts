/**
 * The distribution list of a round, made of what K2 has of it and of the round before, and of nothing else: every node
 * makes the same, whenever it does after the round's audit window.
 */
import { type AuditTrigger, distributionList, type VotedSubmission } from '../../../../src/rewards/index.js';
import { tierOf } from '../../../../src/rounds/index.js';
import type { ChainTrigger, DistributionList, KoiiNode, SubmissionInfo } from '../koii/koii-node.js';
import { keptToRules } from '../koii/list-rules.js';
import { readSubmission } from './read-submission.js';

/** Null where nobody has submitted. Throws `KoiiNodeError`. */
export async function listOfRound(node: KoiiNode, round: number): Promise<DistributionList | null> {
  const submissions = votedSubmissions(await node.submissionInfo(round), round);
  if (submissions.length === 0) return null;
  const before = round === 0 ? [] : votedSubmissions(await node.submissionInfo(round - 1), round - 1);
  const { bounty_amount_per_round: bounty } = await node.taskState({ stakes: false });
  const list = distributionList({ bounty: BigInt(bounty), submissions, before });
  const amounts = Object.fromEntries([...list].map(([key, amount]) => [key, Number(amount)]));
  return keptToRules(
    amounts,
    submissions.map(({ key }) => key),
    bounty,
  );
}

function votedSubmissions(info: SubmissionInfo | null, round: number): VotedSubmission[] {
  const triggers = info?.submissions_audit_trigger[round] ?? {};
  return Object.entries(info?.submissions[round] ?? {}).map(([key, onChain]): VotedSubmission => {
    const submission = readSubmission(onChain, round);
    const claim =
      submission?.kind === 'claim'
        ? { work: submission.work, stake: submission.stake, tier: tierOf(submission.count) }
        : null;
    const hasProof = submission !== null && submission.proofCid !== null;
    return { key, claim, hasProof, trigger: triggerOf(triggers[key]) };
  });
}

function triggerOf(trigger: ChainTrigger | undefined): AuditTrigger | null {
  if (trigger === undefined) return null;
  const votes = trigger.votes.map(({ voter, is_valid }) => ({ voter, isValid: is_valid }));
  return { triggeredBy: trigger.trigger_by, votes };
}
