/**
 * The distribution list of a round, made of what came to K2 of it and of the round before within their windows, and of the
 * bounty that is written into the bundle: every node makes the same, whenever it does after the round's audit window, and
 * whatever happens on K2 meanwhile. The windows are the task's own, by which its rounds are counted at all.
 */
import { type AuditTrigger, distributionList, type VotedSubmission } from '../../../../src/rewards/index.js';
import { tierOf } from '../../../../src/rounds/index.js';
import type {
  ChainTrigger,
  DistributionList,
  KoiiNode,
  SubmissionInfo,
  TaskState,
} from '../koii/koii-node.js';
import { keptToRules } from '../koii/list-rules.js';
import { readSubmission } from './read-submission.js';
import { slotsOfRound } from './round-plan.js';

/** `bounty`: of a round, in roe. Null where nobody has submitted. Throws `KoiiNodeError`. */
export async function listOfRound(
  node: Pick<KoiiNode, 'taskState' | 'submissionInfo'>,
  bounty: number,
  round: number,
): Promise<DistributionList | null> {
  const task = await node.taskState({ stakes: false });
  const submissions = votedSubmissions(await node.submissionInfo(round), round, task);
  if (submissions.length === 0) return null;
  const before = round === 0 ? [] : votedSubmissions(await node.submissionInfo(round - 1), round - 1, task);
  const list = distributionList({ bounty: BigInt(bounty), submissions, before });
  const amounts = Object.fromEntries([...list].map(([key, amount]) => [key, Number(amount)]));
  return keptToRules(
    amounts,
    submissions.map(({ key }) => key),
    bounty,
  );
}

/** What came in its window, with the votes that came in theirs. */
function votedSubmissions(info: SubmissionInfo | null, round: number, task: TaskState): VotedSubmission[] {
  const { submissionDeadlineSlot, auditDeadlineSlot } = slotsOfRound(round, task);
  const triggers = info?.submissions_audit_trigger[round] ?? {};
  const inTime = Object.entries(info?.submissions[round] ?? {}).filter(
    ([, { slot }]) => !(slot > submissionDeadlineSlot),
  );
  return inTime.map(([key, onChain]): VotedSubmission => {
    const submission = readSubmission(onChain, round);
    const claim =
      submission?.kind === 'claim'
        ? { work: submission.work, stake: submission.stake, tier: tierOf(submission.count) }
        : null;
    const hasProof = submission !== null && submission.proofCid !== null;
    return { key, claim, hasProof, trigger: triggerOf(triggers[key], auditDeadlineSlot) };
  });
}

function triggerOf(trigger: ChainTrigger | undefined, deadlineSlot: number): AuditTrigger | null {
  if (trigger === undefined || trigger.slot > deadlineSlot) return null;
  const inTime = trigger.votes.filter(({ slot }) => !(slot > deadlineSlot));
  const votes = inTime.map(({ voter, is_valid }) => ({ voter, isValid: is_valid }));
  return { triggeredBy: trigger.trigger_by, votes };
}
