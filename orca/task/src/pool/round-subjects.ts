/**
 * What the other nodes submitted for a round, as a read of the chain shows it: nodes of K2 lag, and the Koii node may call
 * before the submission window is over, so one read is not all. What took the place of another is a subject of its own.
 */
import { type Submission, tierOf } from '../../../../src/rounds/index.js';
import type { ChainSubmission, KoiiNode, SubmissionInfo } from '../koii/koii-node.js';
import type { WantedArchive } from './archive-fetch.js';
import { readSubmission, submissionOf } from './read-submission.js';

export interface Subject {
  readonly key: string;
  readonly onChain: ChainSubmission;
  readonly submission: Submission | null;
  /** Of the same key and the round before, where the audit needs it. */
  readonly before: { readonly onChain: ChainSubmission; readonly submission: Submission } | null;
}

export class RoundSubjects {
  private readonly known = new Map<string, Subject>();

  /** `address`: this node's own. */
  constructor(
    private readonly round: number,
    private readonly node: Pick<KoiiNode, 'submissionInfo'>,
    private readonly address: string,
  ) {}

  /**
   * Those of `info`, a read of the round, that are new since the last: the largest stated work first; what cannot be read
   * costs nothing and comes before. Throws `KoiiNodeError`.
   */
  async fresh(info: SubmissionInfo | null): Promise<Subject[]> {
    const { round, address, known } = this;
    const found = Object.entries(info?.submissions[round] ?? {}).filter(
      ([key, onChain]) => key !== address && !isSame(known.get(key)?.onChain, onChain),
    );
    if (found.length === 0) return [];
    const earlier = round === 0 ? null : await this.node.submissionInfo(round - 1);
    const subjects = found.map(([key, onChain]): Subject => {
      const submission = readSubmission(onChain, round);
      return { key, onChain, submission, before: beforeOf(earlier, round - 1, key, submission) };
    });
    for (const subject of subjects) known.set(subject.key, subject);
    const work = ({ submission }: Subject): bigint =>
      submission?.kind === 'claim' ? submission.work : 1n << 128n;
    return subjects.sort((a, b) => (work(a) > work(b) ? -1 : work(a) < work(b) ? 1 : 0));
  }

  /** Whether nothing took its place. */
  stands(subject: Subject): boolean {
    return this.known.get(subject.key) === subject;
  }
}

function isSame(one: ChainSubmission | undefined, other: ChainSubmission): boolean {
  return one?.submission_value === other.submission_value && one.slot === other.slot;
}

/** Only a sampled claim has a proof to come, and only a proof needs the claim before. */
function beforeOf(
  info: SubmissionInfo | null,
  round: number,
  key: string,
  submission: Submission | null,
): Subject['before'] {
  const onChain = submissionOf(info, round, key);
  const earlier = onChain && readSubmission(onChain, round);
  if (onChain === null || earlier?.kind !== 'claim') return null;
  const isSampled = tierOf(earlier.count) === 'sampled';
  return isSampled || (submission?.proofCid ?? null) !== null ? { onChain, submission: earlier } : null;
}

/** What its audit looks at. */
export function wantedOf({ submission, before }: Subject): WantedArchive[] {
  if (submission === null) return [];
  const { storeCid, proofCid } = submission;
  const wanted: WantedArchive[] = [];
  if (submission.kind === 'claim') wanted.push({ kind: 'package', cid: submission.packageCid, storeCid });
  if (proofCid !== null) wanted.push({ kind: 'proof', cid: proofCid, storeCid });
  if (before?.submission.kind === 'claim') {
    wanted.push({ kind: 'package', cid: before.submission.packageCid, storeCid: before.submission.storeCid });
  }
  return wanted;
}
