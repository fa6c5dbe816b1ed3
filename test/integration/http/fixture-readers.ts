/** Readers that answer from fields a test sets: fixtures for the HTTP room, which has no facts of its own. */
import { difficultyOfBits, foldBranch } from '../../../src/bitcoin/index.js';
import { EventBus } from '../../../src/events/index.js';
import type {
  ClaimReader,
  ClaimView,
  ComponentHealth,
  HashrateBands,
  Health,
  HttpReaders,
  PlatformDesk,
  PoolView,
  ProofSubmitter,
  ProofVerdict,
  RecentShare,
  RecomputedShare,
  RoundView,
  ShareCounts,
  SharePage,
  ShareProof,
  ShareTotals,
  WorkerView,
} from '../../../src/http/index.js';
import { equalBytes, fromHex, sha256d, type Timers, toDisplayHex } from '../../../src/lib/index.js';
import { Metrics } from '../../../src/metrics/index.js';
import { readVectors } from '../../read-vectors.js';

export interface BlockVector {
  readonly hash: string;
  readonly height: number;
  readonly header: string;
  readonly coinbase: string;
  readonly branch: readonly string[];
}

/** Mainnet block 300,025 serves as a share: real proof of work for a real header. Its nBits are 0x1900896c. */
export const BLOCK = readVectors<{ mainnet: BlockVector[] }>('blocks').mainnet.find(
  ({ height }) => height === 300_025,
)!;

export function well(detail: string): ComponentHealth {
  return { ok: true, required: true, detail, hint: null };
}

/** Closed rounds and what is asked of them, as a test sets them. */
export class FixtureClaims implements ClaimReader {
  readonly closed = new Map<bigint, ClaimView>();
  readonly packages = new Map<bigint, Uint8Array>();
  membership: Awaited<ReturnType<ClaimReader['prove']>> = null;
  readonly asked: (readonly [bigint, string, string | null])[] = [];

  claim(round: bigint): ClaimView | null {
    return this.closed.get(round) ?? null;
  }

  readonly proofs = new Map<bigint, { cid: string; bytes: Uint8Array }>();

  async draws(round: bigint): Promise<{ cid: string; bytes: Uint8Array } | null> {
    return this.proofs.get(round) ?? null;
  }

  async package(round: bigint): Promise<Uint8Array | null> {
    return this.packages.get(round) ?? null;
  }

  async prove(round: bigint, address: string, shareHash: string | null): ReturnType<ClaimReader['prove']> {
    this.asked.push([round, address, shareHash]);
    return this.membership;
  }
}

/** Recomputes for real; the verdict is what the test says. */
export class FixtureProofSubmitter implements ProofSubmitter {
  verdict: ProofVerdict = { kind: 'accepted' };
  isBlock = false;
  /** In which order what was called. */
  readonly calls: string[] = [];
  readonly tried: ShareProof[] = [];
  readonly submitted: { round: bigint; proof: ShareProof }[] = [];
  gate: Promise<void> = Promise.resolve();

  async tryBlock(proof: ShareProof): Promise<void> {
    this.calls.push('try');
    this.tried.push(proof);
  }

  recompute(proof: ShareProof): RecomputedShare | null {
    this.calls.push('recompute');
    const branch = BLOCK.branch.map((hash) => fromHex(hash));
    const root = foldBranch(sha256d(proof.coinbase), branch);
    if (!equalBytes(root, proof.header.subarray(36, 68))) return null;
    // scriptSig begins at byte 42 of this coinbase with a push of three bytes, the height (BIP34)
    const [low, middle, high] = proof.coinbase.subarray(43, 46);
    return {
      hash: toDisplayHex(sha256d(proof.header)),
      difficulty: difficultyOfBits(proof.bits),
      blockHeight: low! + middle! * 256 + high! * 65_536,
      isBlock: this.isBlock,
    };
  }

  async submitProof(round: bigint, proof: ShareProof): Promise<ProofVerdict> {
    this.submitted.push({ round, proof });
    await this.gate;
    return this.verdict;
  }
}

const HASHRATES = {
  '1m': 1.5e12,
  '5m': 1.25e12,
  '15m': 1.2e12,
  '1h': 1.1e12,
  '6h': 1e12,
  '1d': 9e11,
  '7d': 8e11,
};

/** 2 % around each. */
export const BANDS = Object.fromEntries(
  Object.entries(HASHRATES).map(([window, rate]) => [window, { low: rate * 0.98, high: rate * 1.02 }]),
) as HashrateBands;

/** Counts that add up: what is not named is 0. */
export function counted(part: Partial<Omit<ShareCounts, 'rejected' | 'submitted'>>): ShareCounts {
  const none = {
    accepted: 0,
    uncredited: 0,
    stale: 0,
    duplicate: 0,
    lowDifficulty: 0,
    invalid: 0,
    notStored: 0,
  };
  const counts = { ...none, ...part };
  const { accepted, uncredited, stale, duplicate, lowDifficulty, invalid, notStored } = counts;
  const rejected = stale + duplicate + lowDifficulty + invalid;
  return { ...counts, rejected, submitted: accepted + uncredited + rejected + notStored };
}

export class FixtureReaders {
  healthState: Health = {
    components: {
      miner: well('2 miners connected'),
      metrics: well('scraped 3 s ago'),
      api: well('answering'),
      share_collection: well('last commit took 3 ms'),
      bitcoind: well('height 101, 0 blocks behind'),
    },
    uptimeMs: 3_600_999,
  };
  readHealth: () => Health | Promise<Health> = () => this.healthState;
  rounds = new Map<bigint, RoundView>();
  totals: ShareTotals = { ...counted({}), uniqueWorkers: 0 };
  shares: RecentShare[] = [];
  workers = new Map<string, WorkerView[]>();
  poolState: PoolView = {
    network: 'regtest',
    mode: 'pool',
    round: 12n,
    miners: 2,
    hashrates: HASHRATES,
    bands: BANDS,
    shares: counted({
      accepted: 1234,
      uncredited: 2,
      stale: 1,
      duplicate: 2,
      lowDifficulty: 1,
      invalid: 3,
      notStored: 4,
    }),
    bestDifficulty: 53_211.4,
    blocksFound: 1,
    blocks: [
      {
        height: 101,
        hash: '00000000839a8e6886ab5951d76f411475428afc90947ee320161bbf18eb6048',
        worker: 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080.rig1',
        foundMs: 1_700_000_000_000,
        state: 'in-chain',
      },
    ],
    work: { height: 102, networkDifficulty: 4.65e-10, transactions: 3, templateAgeMs: 4_200 },
    doors: [
      { url: 'stratum+tcp://127.0.0.1:34255', username: '<Bitcoin or K2 address>.<worker>', password: 'x' },
    ],
  };
  readPool: () => PoolView | Promise<PoolView> = () => this.poolState;
  readonly proofs = new FixtureProofSubmitter();
  readonly claims = new FixtureClaims();
  platform: PlatformDesk | null = null;
  readonly events: EventBus;
  readonly metrics: Metrics;

  constructor(timers: Timers) {
    this.events = new EventBus({ source: 'coordinator', node: 'node-a' }, timers, null);
    this.metrics = new Metrics('coordinator', timers);
  }

  get readers(): HttpReaders {
    return {
      health: { health: () => this.readHealth() },
      rounds: { round: (round) => this.rounds.get(round) ?? null },
      shares: {
        totals: () => this.totals,
        recent: (limit, before) => this.page(limit, before),
      },
      pool: {
        pool: () => this.readPool(),
        workers: (address) => this.workers.get(address) ?? null,
      },
      proofs: this.proofs,
      claims: this.claims,
      receipts: null,
      audits: null,
      platform: this.platform,
      events: this.events,
      metrics: this.metrics,
    };
  }

  /** Newest first; the cursor is the place in the list. */
  private page(limit: number, before: string | null): SharePage {
    const start = before === null ? 0 : Number(before);
    const end = start + limit;
    return { shares: this.shares.slice(start, end), next: end < this.shares.length ? String(end) : null };
  }
}
