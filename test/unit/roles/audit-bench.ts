/**
 * An audit desk whose surroundings a test holds in its hands: packages that come when it says so, a chain of made-up blocks
 * as a bitcoind would tell it, slots by a clock that it moves. Threads, store and rounds are the real ones.
 */
import { network } from '../../../src/bitcoin/index.js';
import { type ChainRpc, RpcError, Sightings } from '../../../src/bitcoind/index.js';
import type { AuditWish, PlatformVerdict } from '../../../src/http/index.js';
import { ManualClock, toDisplayHex } from '../../../src/lib/index.js';
import { AuditDesk } from '../../../src/roles/audit-desk.js';
import { AuditQuestions } from '../../../src/roles/audit-questions.js';
import { k2Address } from '../../../src/roles/k2-address.js';
import { type NodeRounds, nodeRounds } from '../../../src/roles/node-rounds.js';
import type { FoundPackage } from '../../../src/roles/package-thread.js';
import type { ArchiveKind, Cid, RoundFacts } from '../../../src/rounds/index.js';
import { newFolder } from '../../integration/shares/shard-test.js';
import { KeptLog } from '../../surroundings.js';
import { BEST_HEIGHT, BINDING, blockHash, NODE_KEY, START, timeOf } from '../audit/audit-source.js';
import { bytesOf } from '../rounds/claim-source.js';

const REGTEST = network('regtest');
const SLOT_MS = 400;
/** In slots, each round an hour; its audit window is 1,000 slots long. */
export const FIRST_SLOT = { 40: 1_000n, 41: 10_000n } as const;
const LENGTH = 9_000n;
export const AUDIT_END = FIRST_SLOT[41] + LENGTH + 4_000n;
/** 100 slots before it: the last tenth of the window. */
export const LAST_PART = AUDIT_END - 100n;

function factsOf(round: 40 | 41, seed: Uint8Array, slotNow: bigint): RoundFacts {
  const startSlot = FIRST_SLOT[round];
  return {
    ...{ taskId: BINDING.taskId, nodeKey: bytesOf('the auditor'), round: BigInt(round), seed },
    ...{ seedSlot: startSlot, startSlot, endSlot: startSlot + LENGTH - 1n },
    ...{
      submissionDeadlineSlot: startSlot + LENGTH + 3_000n,
      auditDeadlineSlot: startSlot + LENGTH + 4_000n,
    },
    ...{ slotNow, slotMs: SLOT_MS, beacons: [], lineage: [], appointment: null },
    reserveEpochs: [{ epoch: 2, script: BINDING.reserveScript, firstRound: 30n, lastRound: 41n }],
  };
}

/** A package or proof that was asked for, until the test says what came of it. */
export interface Asked {
  readonly kind: ArchiveKind;
  readonly cid: string;
  readonly url: string | null;
  settle(found: FoundPackage): void;
  fail(error: Error): void;
}

export const NOBODY: FoundPackage = { bytes: null, tried: '', gateways: 'denied' };

/** A chain from 90 to 110, as `blockFacts` has it. */
class MadeUpChain implements ChainRpc {
  readonly calls: string[] = [];
  /** Awaited by every question that begins a reading of the chain. */
  gate: () => Promise<void> = async () => {};
  fault: Error | null = null;

  async call<T>(method: string, argument?: unknown): Promise<T> {
    this.calls.push(method);
    if (this.fault !== null) throw this.fault;
    if (method === 'getbestblockhash' && this.calls.filter((each) => each === method).length % 2 === 1) {
      await this.gate();
    }
    return this.answer(method, argument) as T;
  }

  private answer(method: string, argument: unknown): unknown {
    const hashAt = (height: number): string => toDisplayHex(blockHash(height));
    if (method === 'getbestblockhash') return hashAt(BEST_HEIGHT);
    if (method === 'getblockcount') return BEST_HEIGHT;
    if (method === 'getblockhash') return hashAt(argument as number);
    if (method === 'getchaintips') {
      return [{ hash: hashAt(BEST_HEIGHT), height: BEST_HEIGHT, branchlen: 0, status: 'active' }];
    }
    for (let height = 90; method === 'getblockheader' && height <= BEST_HEIGHT; height++) {
      if (hashAt(height) !== argument) continue;
      return {
        ...{ hash: argument, height, confirmations: BEST_HEIGHT - height + 1, bits: '207fffff' },
        ...{ time: timeOf(height), mediantime: timeOf(height) - 3_000 },
        previousblockhash: hashAt(height - 1),
      };
    }
    throw new RpcError('RPC_NOT_FOUND', `${method} ${argument}`);
  }
}

export class AuditBench {
  readonly clock = new ManualClock(
    START * 1_000 + Number(FIRST_SLOT[41] + LENGTH - FIRST_SLOT[41]) * SLOT_MS,
  );
  readonly chain = new MadeUpChain();
  readonly asked: Asked[] = [];
  readonly log = new KeptLog();
  readonly nodes: { active: { readonly rpc: ChainRpc } | null } = { active: { rpc: this.chain } };
  /** Answers at once what has an entry; what has none waits in `asked`. */
  readonly packages = new Map<string, Uint8Array>();
  readonly desk: AuditDesk;

  static async open(seedBefore: Uint8Array = bytesOf('seed of 40')): Promise<AuditBench> {
    const folder = newFolder();
    const pool = {
      ...({ mode: 'pool', roundsFrom: 'task', tag: '' } as const),
      ...{ reserveAddress: null, taskId: null, nodeKey: null },
    };
    const rounds = nodeRounds({ pool, datadir: folder }, REGTEST);
    const slotNow = FIRST_SLOT[41] + LENGTH;
    const bench = new AuditBench(folder, rounds);
    const nowMs = bench.clock.nowMs();
    await rounds.hear(factsOf(40, seedBefore, slotNow), nowMs);
    await rounds.hear(factsOf(41, BINDING.seed, slotNow), nowMs);
    return bench;
  }

  private constructor(folder: string, rounds: NodeRounds) {
    this.desk = new AuditDesk(
      folder,
      REGTEST,
      rounds,
      this.nodes,
      { find: (kind, cid, url) => this.find(kind, cid, url) },
      new AuditQuestions(folder, REGTEST, new Sightings(), this.log),
      { suspected() {} },
      this.clock,
      this.log,
    );
  }

  private find(kind: ArchiveKind, cid: Cid, url: string | null): Promise<FoundPackage> {
    const bytes = this.packages.get(cid.toString());
    if (bytes !== undefined) return Promise.resolve({ bytes });
    return new Promise((settle, fail) => {
      this.asked.push({ kind, cid: cid.toString(), url, settle, fail });
    });
  }

  /** Moves the clock to the first moment of a slot. */
  toSlot(slot: bigint): void {
    this.clock.advance(START * 1_000 + Number(slot - FIRST_SLOT[41]) * SLOT_MS - this.clock.nowMs());
  }

  judge(submission: Uint8Array, more: Partial<AuditWish> = {}): Promise<PlatformVerdict> {
    return this.desk.judge({
      ...{
        submission: String.fromCharCode(...submission),
        submitter: NODE_KEY,
        round: 41n,
        seed: BINDING.seed,
      },
      ...{ submissionSlot: 1n, deadlineSlot: 1n, stake: 1_000n, beacon: null, before: null },
      denied: null,
      ...{ packageUrl: 'http://node.example/api/v1/rounds/41/package', ...more },
    });
  }

  /** What is kept of the node key's submission for a round. */
  report(round = 41n): {
    readonly verdict: { readonly kind: string; readonly check?: number };
    readonly proven: string;
  } {
    const view = this.desk.audits(round).find(({ submitter }) => submitter === k2Address(NODE_KEY))!;
    return view.report as never;
  }

  /** Once so many packages and proofs have been asked for. */
  async untilAsked(count: number): Promise<void> {
    while (this.asked.length < count) await new Promise((resolve) => setImmediate(resolve));
  }
}
