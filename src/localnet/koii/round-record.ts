/**
 * What happened to a round on the emulated network, for people and programs: who submitted what, who judged it how and
 * by which check, who voted, the lists. Votes carry the check that their voter's own container, or its audit, found.
 */
import { explainCheck } from '../../audit/index.js';
import { countVotes, isSlashed, stands } from '../../rewards/index.js';
import { decodeSubmission } from '../../rounds/index.js';
import type { ForeignAuditor } from './foreign-auditor.js';
import type { PoolPod } from './pool-pod.js';
import type { EmulatedTrigger, TaskAccount } from './task-account.js';

export interface JudgedBy {
  readonly auditor: string;
  readonly verdict: 'valid' | 'invalid' | 'abstain';
  /** Of the check that failed; null for none. */
  readonly check: number | null;
  readonly check_name: string | null;
}

export interface RecordedVote {
  readonly voter: string;
  readonly is_valid: boolean;
  readonly slot: number;
  /** Whether it was this one that opened the vote. */
  readonly is_trigger: boolean;
  readonly check: number | null;
}

export interface RecordedSubmission {
  readonly submitter: string;
  readonly slot: number;
  readonly value: string;
  /** Decimal; null for an idle one. */
  readonly work: string | null;
  readonly count: string | null;
  readonly audits: readonly JudgedBy[];
  readonly votes: readonly RecordedVote[];
  readonly stands: boolean;
  readonly is_slashed: boolean;
}

export interface RoundRecord {
  readonly round: number;
  readonly current_round: number;
  readonly submissions: readonly RecordedSubmission[];
  /** Roe by key, as integers. */
  readonly lists: readonly {
    readonly author: string;
    readonly list: Readonly<Record<string, number>>;
    readonly votes: readonly RecordedVote[];
  }[];
  /** Koii's word: Uninitialized, PayoutSuccessful or PayoutFailed; null before a list. */
  readonly payout: string | null;
}

export interface RecordSources {
  readonly account: TaskAccount;
  /** By staking key. */
  readonly pods: ReadonlyMap<string, PoolPod>;
  readonly auditors: readonly ForeignAuditor[];
}

type Verdict = { readonly kind: JudgedBy['verdict']; readonly check?: number };

export async function roundRecord(sources: RecordSources, round: number): Promise<RoundRecord> {
  const { account } = sources;
  const judged = await judgedBy(sources, round);
  const triggers = account.triggersOf(round);
  const submissions = Object.entries(account.submissionsOf(round)).map(
    ([submitter, { submission_value, slot }]): RecordedSubmission => {
      const audits = judged.get(submitter) ?? [];
      const value = submission_value.trimEnd();
      const counted = countVotes(submitter, countable(triggers[submitter]));
      const claimed = claimedBy(value);
      return {
        ...{ submitter, slot, value, ...claimed, audits },
        votes: votesOf(triggers[submitter], audits),
        ...{ stands: stands(counted), is_slashed: claimed.work !== null && isSlashed(counted) },
      };
    },
  );
  const listTriggers = account.listTriggersOf(round);
  const lists = Object.keys(account.listsOf(round)).map((author) => ({
    author,
    list: JSON.parse(account.list(author, round) ?? '{}') as Record<string, number>,
    votes: votesOf(listTriggers[author], []),
  }));
  return { round, current_round: account.round, submissions, lists, payout: account.recordOf(round) };
}

/** By submitter. */
async function judgedBy({ pods, auditors }: RecordSources, round: number): Promise<Map<string, JudgedBy[]>> {
  const judged = new Map<string, JudgedBy[]>();
  const note = (auditor: string, submitter: string, { kind, check }: Verdict): void => {
    const found = {
      ...{ auditor, verdict: kind, check: check ?? null },
      check_name: check === undefined ? null : (explainCheck(check)?.name ?? null),
    };
    judged.set(submitter, [...(judged.get(submitter) ?? []), found]);
  };
  await Promise.all(
    [...pods].map(async ([auditor, pod]) => {
      const answer = await pod.get(`/api/v1/rounds/${round}/audits`);
      const { audits } = (answer?.status === 200 ? answer.body : { audits: [] }) as {
        audits: { submitter: string; report: { verdict: Verdict } }[];
      };
      for (const { submitter, report } of audits) note(auditor, submitter, report.verdict);
    }),
  );
  for (const { wallet, reports } of auditors) {
    for (const [submitter, report] of reports.get(round) ?? []) {
      if (report !== null) note(wallet.address, submitter, report.verdict as Verdict);
    }
  }
  return judged;
}

function countable(trigger: EmulatedTrigger | undefined): Parameters<typeof countVotes>[1] {
  if (trigger === undefined) return null;
  const votes = trigger.votes.map(({ voter, is_valid }) => ({ voter, isValid: is_valid }));
  return { triggeredBy: trigger.trigger_by, votes };
}

/** The doubt that opens a vote stands first. */
function votesOf(trigger: EmulatedTrigger | undefined, audits: readonly JudgedBy[]): RecordedVote[] {
  if (trigger === undefined) return [];
  const checkOf = (voter: string, isValid: boolean): number | null =>
    isValid ? null : (audits.find(({ auditor }) => auditor === voter)?.check ?? null);
  const { trigger_by, slot, votes } = trigger;
  return [
    { voter: trigger_by, is_valid: false, slot, is_trigger: true, check: checkOf(trigger_by, false) },
    ...votes.map((vote) => ({ ...vote, is_trigger: false, check: checkOf(vote.voter, vote.is_valid) })),
  ];
}

function claimedBy(value: string): { work: string | null; count: string | null } {
  try {
    const submission = decodeSubmission(value);
    if (submission.kind === 'idle') return { work: null, count: null };
    return { work: String(submission.work), count: String(submission.count) };
  } catch {
    return { work: null, count: null };
  }
}
