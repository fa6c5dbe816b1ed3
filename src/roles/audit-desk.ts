/**
 * Audits what the Koii task asks about: what is needed is found, a thread examines it with what the own bitcoind says, and
 * the report is kept. One at a time, because each takes a core; what is waited for from elsewhere holds up nobody else's.
 */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type AuditReport, explainCheck } from '../audit/index.js';
import type { Network } from '../bitcoin/index.js';
import type { ChainRpc } from '../bitcoind/index.js';
import { type AuditRecord, AuditStore } from '../claims/index.js';
import type { Config } from '../config/index.js';
import type { AuditReader, AuditView, AuditWish, PlatformVerdict } from '../http/index.js';
import { CodedError, errorMessage, jsonText, type Logger, oneByOne, type Timers } from '../lib/index.js';
import { type AuditAnswers, type AuditedSubmitter, AuditQuestions, NO_ANSWERS } from './audit-questions.js';
import { AuditSubjects } from './audit-subjects.js';
import type { AuditThreadMessage, UnaskedSubject } from './audit-thread.js';
import { AuditedPackages } from './audited-packages.js';
import type { ChainQuestions } from './chain-questions.js';
import { k2Address } from './k2-address.js';
import type { NodeDeps, NodeParts } from './node-parts.js';
import type { NodeRounds } from './node-rounds.js';

export class AuditDeskError extends CodedError<'AUDIT_BUSY' | 'AUDIT_THREAD_ENDED'> {}

/** Audits that wait for packages or their turn. */
export const MOST_WAITING = 64;

export class AuditDesk implements AuditReader {
  private readonly store: AuditStore;
  private readonly subjects: AuditSubjects;
  private readonly inTurn = oneByOne();
  private waiting = 0;

  constructor(
    datadir: string,
    private readonly network: Network,
    rounds: NodeRounds,
    private readonly nodes: { readonly active: { readonly rpc: ChainRpc } | null },
    packages: Pick<AuditedPackages, 'find'>,
    private readonly questions: AuditQuestions,
    private readonly metrics: { suspected(check: string): void },
    private readonly timers: Timers,
    private readonly logger: Logger,
  ) {
    this.store = new AuditStore(join(datadir, 'audits'));
    this.subjects = new AuditSubjects(this.store, rounds, packages, timers);
  }

  static of(
    { datadir, claims }: Config,
    { network, nodes, seen, metrics }: NodeParts,
    rounds: NodeRounds,
    { timers, logger }: NodeDeps,
  ): AuditDesk {
    const packages = new AuditedPackages(join(datadir, 'packages'), claims.gateways, network, logger);
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

  private async audit(wish: AuditWish, submitter: string): Promise<AuditReport> {
    const { claim, before } = await this.subjects.of(wish, submitter);
    const subject = { claim, submitter: wish.submitter, network: this.network, before };
    const report = await this.inTurn(() => this.inThread(subject, { submitter, round: wish.round }));
    await this.keep(wish, submitter, report);
    return report;
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
