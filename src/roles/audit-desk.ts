/**
 * Audits what the Koii task asks about: finds package and proof, asks the own bitcoind, lets a thread recompute, and
 * keeps the report. One at a time, because each takes a core. What this node cannot know ends in abstaining.
 */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type AuditReport, type ClaimBefore, type ClaimUnderAudit, explainCheck } from '../audit/index.js';
import type { Network } from '../bitcoin/index.js';
import type { NodeSet } from '../bitcoind/index.js';
import { type AuditRecord, AuditStore } from '../claims/index.js';
import type { Config } from '../config/index.js';
import type { AuditReader, AuditView, AuditWish, PlatformVerdict, SubmissionOnChain } from '../http/index.js';
import { CodedError, errorMessage, jsonText, type Logger, type Timers, utf8 } from '../lib/index.js';
import {
  type ArchiveKind,
  type Cid,
  decodeSubmission,
  type Submission,
  SubmissionError,
} from '../rounds/index.js';
import {
  type AuditAnswers,
  type AuditedSubmitter,
  AuditQuestions,
  type ChainQuestions,
  NO_ANSWERS,
} from './audit-questions.js';
import type { AuditThreadMessage, UnaskedSubject } from './audit-thread.js';
import { AuditedPackages } from './audited-packages.js';
import { k2Address } from './k2-address.js';
import type { NodeDeps, NodeParts } from './node-parts.js';
import { boundsOfRound, type NodeRounds } from './node-rounds.js';

export class AuditDeskError extends CodedError<'AUDIT_BUSY' | 'AUDIT_CANNOT' | 'AUDIT_THREAD_ENDED'> {}

const MOST_WAITING = 64;
/** A package that nobody has is the claimant's fault only in the last tenth of the audit window. */
const LAST_PART = 0.1;

export class AuditDesk implements AuditReader {
  private readonly store: AuditStore;
  private last: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  constructor(
    datadir: string,
    private readonly network: Network,
    private readonly rounds: NodeRounds,
    private readonly nodes: Pick<NodeSet, 'active'>,
    private readonly packages: Pick<AuditedPackages, 'find'>,
    private readonly questions: AuditQuestions,
    private readonly metrics: { suspected(check: string): void },
    private readonly timers: Timers,
    private readonly logger: Logger,
  ) {
    this.store = new AuditStore(join(datadir, 'audits'));
  }

  static of(
    { datadir, claims }: Config,
    { network, nodes, seen, metrics }: NodeParts,
    rounds: NodeRounds,
    { timers, logger }: NodeDeps,
  ): AuditDesk {
    const packages = new AuditedPackages(join(datadir, 'packages'), claims.gateways, logger);
    const questions = new AuditQuestions(datadir, network, seen.sightings, logger);
    const { pool } = metrics;
    return new AuditDesk(datadir, network, rounds, nodes, packages, questions, pool, timers, logger);
  }

  audits(round: bigint): readonly AuditView[] {
    return this.store.all(round);
  }

  /** Never rejects. */
  async judge(wish: AuditWish): Promise<PlatformVerdict> {
    const submitter = k2Address(wish.submitter);
    try {
      if (this.waiting >= MOST_WAITING) {
        throw new AuditDeskError('AUDIT_BUSY', 'too many audits wait for this node already');
      }
      this.waiting++;
      const { verdict } = await this.audit(wish, submitter).finally(() => {
        this.waiting--;
      });
      if (verdict.kind === 'abstain') return verdict;
      return { kind: verdict.kind };
    } catch (error) {
      const reason = errorMessage(error);
      this.logger.warn({ round: wish.round, submitter, reason }, 'a submission could not be audited');
      return { kind: 'abstain', reason };
    }
  }

  private async inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.last.then(work);
    this.last = turn.catch(() => {});
    return await turn;
  }

  private async audit(wish: AuditWish, submitter: string): Promise<AuditReport> {
    const submission = readOrNull(wish.submission);
    const claim = await this.claimOf(wish.round, wish.seed, wish, submission, wish.packageUrl, wish.round);
    const before = submission === null ? null : await this.before(wish, submitter, submission);
    const subject = { claim, submitter: wish.submitter, network: this.network, before };
    // What is waited for from elsewhere holds up nobody else's audit.
    const report = await this.inTurn(() => this.inThread(subject, { submitter, round: wish.round }));
    await this.keep(wish, submitter, report);
    return report;
  }

  /** A submission with its round and package. Throws `AuditDeskError` where this node has to abstain. */
  private async claimOf(
    round: bigint,
    seed: Uint8Array,
    told: SubmissionOnChain,
    submission: Submission | null,
    url: string | null,
    auditedRound: bigint,
  ): Promise<ClaimUnderAudit> {
    const { taskId } = this.facts(round);
    const { submissionSlot, deadlineSlot, stake } = told;
    return {
      submission: utf8(told.submission),
      round: {
        ...{ taskId, round, seed, stakeRoe: stake, submissionSlot, deadlineSlot },
        ...boundsOfRound(this.rounds, round)!,
      },
      package:
        submission?.kind === 'claim'
          ? await this.find('package', submission.packageCid, url, auditedRound)
          : 'unavailable',
    };
  }

  /** The submission of the round before by the same key, where the audited one may prove a sampled claim of it. */
  private async before(
    wish: AuditWish,
    submitter: string,
    { proofCid }: Submission,
  ): Promise<ClaimBefore | null> {
    // What is not proven is not weighed, and no vote goes by it.
    if (proofCid === null) return null;
    const round = wish.round - 1n;
    const told = wish.before === undefined ? this.remembered(round, submitter) : wish.before;
    if (told === null) {
      if (wish.before === null) return null;
      throw new AuditDeskError(
        'AUDIT_CANNOT',
        `this node has not audited the submission of round ${round} that is proven`,
      );
    }
    const earlier = readOrNull(told.submission);
    if (earlier?.kind !== 'claim') return null;
    const { packageUrl, round: audited } = wish;
    const seedBefore = this.facts(round).seed;
    const url = besideUrl(packageUrl, audited, `${round}/package`);
    const claim = await this.claimOf(round, seedBefore, told, earlier, url, audited);
    const proofUrl = besideUrl(packageUrl, audited, `${round}/draws/package`);
    return {
      claim,
      proof: await this.find('proof', proofCid, proofUrl, audited),
      beacon: wish.beacon ?? this.rounds.book?.beacon(round) ?? null,
    };
  }

  private facts(round: bigint): { readonly taskId: Uint8Array; readonly seed: Uint8Array } {
    const binding = this.rounds.binding(round);
    if (binding !== null) return binding;
    throw new AuditDeskError('AUDIT_CANNOT', `the Koii task has told this node nothing of round ${round}`);
  }

  private remembered(round: bigint, submitter: string): SubmissionOnChain | null {
    const record = this.store.get(round, submitter);
    if (record === null) return null;
    return {
      submission: record.submission,
      submissionSlot: BigInt(record.submissionSlot),
      deadlineSlot: BigInt(record.deadlineSlot),
      stake: BigInt(record.stake),
    };
  }

  /** `round`: in whose audit window it has to be there. */
  private async find(
    kind: ArchiveKind,
    cid: Cid,
    url: string | null,
    round: bigint,
  ): Promise<Uint8Array | 'unavailable'> {
    const found = await this.packages.find(kind, cid, url);
    if (found.bytes !== null) return found.bytes;
    const asked = found.tried === '' ? '' : ` (${found.tried})`;
    if (!found.isAnswered) {
      throw new AuditDeskError('AUDIT_CANNOT', `nobody answers who might have ${cid}${asked}`);
    }
    if (this.isLate(round)) return 'unavailable';
    throw new AuditDeskError('AUDIT_CANNOT', `${cid} is to be had from nobody yet${asked}`);
  }

  /** Whether the last tenth of the round's audit window has begun. */
  private isLate(round: bigint): boolean {
    const facts = this.rounds.book?.get(round) ?? null;
    if (facts === null) return false;
    const { submissionDeadlineSlot, auditDeadlineSlot } = facts;
    const slot = this.rounds.book!.slotAt(this.timers.nowMs());
    return slot >= Number(auditDeadlineSlot) - LAST_PART * Number(auditDeadlineSlot - submissionDeadlineSlot);
  }

  private inThread(subject: UnaskedSubject, audited: AuditedSubmitter): Promise<AuditReport> {
    return new Promise((resolve, reject) => {
      const thread = new Worker(new URL('./audit-thread.js', import.meta.url), { workerData: subject });
      thread.on('message', (message: AuditThreadMessage) => {
        if (message.kind === 'report') resolve(message.report);
        else void this.answers(message, audited).then((answers) => thread.postMessage(answers));
      });
      thread.once('error', reject);
      thread.once('exit', (code) =>
        reject(new AuditDeskError('AUDIT_THREAD_ENDED', `the thread that audits ended with ${code}`)),
      );
    });
  }

  /** None when there is no bitcoind to believe at present. */
  private async answers(questions: ChainQuestions, audited: AuditedSubmitter): Promise<AuditAnswers> {
    const { active } = this.nodes;
    if (active === null) return NO_ANSWERS;
    try {
      return await this.questions.ask(active.rpc, questions, audited);
    } catch (error) {
      this.logger.warn({ error: errorMessage(error) }, 'bitcoind did not answer what an audit asked');
      return NO_ANSWERS;
    }
  }

  private async keep(wish: AuditWish, submitter: string, report: AuditReport): Promise<void> {
    const { submission, submissionSlot, deadlineSlot, stake, round } = wish;
    const told = JSON.parse(jsonText(report)) as AuditRecord['report'];
    await this.store.put(round, {
      ...{ submitter, submission, auditedMs: this.timers.nowMs(), report: told },
      ...{ submissionSlot: String(submissionSlot), deadlineSlot: String(deadlineSlot), stake: String(stake) },
    });
    const { verdict, suspects, blocks } = report;
    if (verdict.kind !== 'abstain') await this.questions.tally.put(round, submitter, blocks);
    this.logger.info({ round, submitter, ...verdict }, 'a submission is audited');
    for (const { check, evidence } of suspects) {
      const { name } = explainCheck(check)!;
      this.logger.warn(
        { round, submitter, check, name, evidence },
        'a submission is suspect; no vote goes by it',
      );
      this.metrics.suspected(name);
    }
  }
}

/** Where the node whose package of one round is at `url` has another of its archives; null for another kind of URL. */
function besideUrl(url: string | null, round: bigint, other: string): string | null {
  const end = `/rounds/${round}/package`;
  return url?.endsWith(end) === true ? `${url.slice(0, -end.length)}/rounds/${other}` : null;
}

/** Null for what cannot be read: that is the audit's to say. */
function readOrNull(text: string): Submission | null {
  try {
    return decodeSubmission(text.trimEnd());
  } catch (error) {
    if (error instanceof SubmissionError) return null;
    throw error;
  }
}
