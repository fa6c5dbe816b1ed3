/**
 * A staker elsewhere that audits as Koii's own packages do, and mines nothing: at most five submissions of a round,
 * drawn at random; who is doubted read once, before; false raises a doubt or adds to it, true is said only of who was
 * doubted then, and an audit that throws is no vote. It judges by the checks of docs/claim-format.md, with this
 * network's bitcoind as its own.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { base58 } from '@scure/base';
import {
  type AuditReport,
  audit,
  type ClaimUnderAudit,
  chainQuestions,
  chainWindow,
  shownHeaders,
} from '../../audit/index.js';
import { network } from '../../bitcoin/index.js';
import { ChainReader, type ChainRpc } from '../../bitcoind/index.js';
import { isSignedBy } from '../../claims/index.js';
import { CodedError, fromHex, utf8 } from '../../lib/index.js';
import { decodeSubmission } from '../../rounds/index.js';
import { firstBlockFrom } from './emulated-blocks.js';
import type { SlotClock } from './slot-clock.js';
import type { StakingWallet } from './staking-wallet.js';
import type { StoredArchives } from './stored-archives.js';
import type { EmulatedSubmission, TaskAccount } from './task-account.js';

export class ForeignAuditorError extends CodedError<'AUDIT_ABSTAINS'> {}

export interface ForeignAuditorDeps {
  readonly account: TaskAccount;
  readonly clock: SlotClock;
  readonly storage: StoredArchives;
  readonly rpc: ChainRpc;
  /** Hex; of every round. */
  readonly reserveScript: string;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** One that has a mind of its own; a verdict, or a thrown error for none. */
export type Opinion = (submitter: string, round: number) => boolean | null;

const SAMPLED = 5;
/** Parts of the audit window: when it begins, and until when a package may come. */
const BEGINS = 0.05;
const LATE = 0.9;
const POLL_MS = 100;

export class ForeignAuditor {
  /** By round and submitter; null for one that it could not judge. */
  readonly reports = new Map<number, Map<string, AuditReport | null>>();
  /** Null for one that goes by the checks. */
  opinion: Opinion | null = null;
  private readonly begun = new Set<number>();
  private isStopped = false;

  constructor(
    readonly wallet: StakingWallet,
    private readonly deps: ForeignAuditorDeps,
  ) {
    deps.clock.onAdvance(() => this.look());
  }

  stop(): void {
    this.isStopped = true;
  }

  private look(): void {
    const { account } = this.deps;
    const round = account.round - 1;
    if (round < 0 || this.begun.has(round) || this.isStopped || this.part(round) < BEGINS) return;
    if (!account.isIn('audit', round + 1)) return;
    this.begun.add(round);
    void this.auditRound(round);
  }

  /** How much of the round's audit window is over, from 0 to 1. */
  private part(round: number): number {
    const { account, clock } = this.deps;
    const { submissionWindow, auditWindow } = account.task;
    return (clock.now - account.startOf(round + 1) - submissionWindow) / auditWindow;
  }

  private async auditRound(round: number): Promise<void> {
    const { account } = this.deps;
    const { address } = this.wallet;
    const doubted = new Set(Object.keys(account.triggersOf(round)));
    const all = Object.entries(account.submissionsOf(round)).filter(([key]) => key !== address);
    await Promise.all(
      this.sample(all).map(async ([key, submission]) => {
        try {
          const isValid = await this.validate(key, submission, round);
          if (isValid && !doubted.has(key)) return;
          account.audit(address, key, isValid, round);
        } catch {
          // As Koii's package has it: no vote.
        }
      }),
    );
  }

  private sample<Entry>(all: readonly Entry[]): Entry[] {
    const left = [...all];
    const drawn: Entry[] = [];
    while (drawn.length < SAMPLED && left.length > 0) {
      drawn.push(...left.splice(Math.floor(this.deps.random() * left.length), 1));
    }
    return drawn;
  }

  /** Throws where it cannot know. */
  private async validate(key: string, submission: EmulatedSubmission, round: number): Promise<boolean> {
    const thought = this.opinion?.(key, round);
    if (typeof thought === 'boolean') return thought;
    const reports = this.reports.get(round) ?? new Map<string, AuditReport | null>();
    this.reports.set(round, reports);
    reports.set(key, null);
    const report = await this.judge(key, submission, round);
    const { verdict } = report;
    if (verdict.kind === 'abstain') throw new ForeignAuditorError('AUDIT_ABSTAINS', verdict.reason);
    reports.set(key, report);
    return verdict.kind === 'valid';
  }

  private async judge(key: string, { submission_value, slot }: EmulatedSubmission, round: number) {
    const { account, clock, rpc, reserveScript } = this.deps;
    const { task } = account;
    const chain = network('regtest');
    const deadlineSlot = account.startOf(round + 1) + task.submissionWindow - 1;
    const timeOf = (at: number): number => Math.floor((Date.now() + (at - clock.now) * clock.slotMs) / 1_000);
    const epoch = { epoch: 0, script: fromHex(reserveScript), firstRound: 0n, lastRound: 2n ** 64n - 1n };
    const claim: ClaimUnderAudit = {
      submission: utf8(submission_value),
      round: {
        ...{ taskId: base58.decode(task.taskId), round: BigInt(round) },
        seed: base58.decode(firstBlockFrom(account.startOf(round))),
        ...{ submissionSlot: BigInt(slot), deadlineSlot: BigInt(deadlineSlot) },
        ...{ stakeRoe: BigInt(account.stakes[key] ?? 0), reserveEpochs: [epoch] },
        ...{ startTime: timeOf(account.startOf(round)), endTime: timeOf(account.startOf(round + 1)) },
      },
      package: await this.package(submission_value.trimEnd(), round),
    };
    const subject = { claim, before: null };
    const facts = await new ChainReader(rpc, chain).facts(
      chainQuestions(subject),
      shownHeaders(subject),
      chainWindow(subject),
    );
    const observer = { bestFeesSats: null, replacedAt: null, blocksKnown: null, blocksFound: null };
    const around = { submitter: base58.decode(key), network: chain, chain: facts, observer };
    return audit({ ...subject, ...around }, isSignedBy);
  }

  /** Waits for one that is not there until the window is nearly over. */
  private async package(text: string, round: number): Promise<Uint8Array | 'unavailable'> {
    const submission = readOrNull(text);
    if (submission?.kind !== 'claim' || submission.storeCid === null) return 'unavailable';
    const { packageCid, storeCid } = submission;
    for (;;) {
      const bytes = this.deps.storage.file(storeCid, `${packageCid}.car`);
      if (bytes !== null) return bytes;
      if (this.isStopped || this.part(round) >= LATE) return 'unavailable';
      await sleep(POLL_MS);
    }
  }
}

/** Null for what cannot be read, which the audit says. */
function readOrNull(text: string): ReturnType<typeof decodeSubmission> | null {
  try {
    return decodeSubmission(text);
  } catch {
    return null;
  }
}
