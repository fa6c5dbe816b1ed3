/**
 * Who comes into one listener. It knows its own visitors at once, and how their addresses stand on the whole node
 * from what the coordinator last said.
 */
import { addressKey } from './address-key.js';
import { connectsPerMs } from './address-record.js';
import type { GuardLimits, GuardOptions } from './guard-limits.js';
import type { AddressNews, DoorReport, NodeStanding } from './guard-news.js';
import { TokenBucket } from './token-bucket.js';

/** Why a connection is not let in. */
export type Refusal = 'banned' | 'address-full' | 'too-fast' | 'strangers-full';

/** One connection, from its entry to its end. */
export interface Visit {
  /** A share is on disk; `difficulty` is the one it is credited with. Hot path. */
  worked(difficulty: number): void;
  /** It was ended for what it did. Nothing, for one that has proved work. */
  faulted(): void;
  left(): void;
}

interface Local {
  readonly address: string;
  /** Connections here, and of them those without an accepted share. */
  open: number;
  strangers: number;
  strangersElsewhere: number;
  allowance: number;
  bannedUntilMs: number;
  readonly connects: TokenBucket;
  /** Something is to be reported. */
  hasNews: boolean;
  /** The coordinator has a record, and will say when it has none any more. */
  recorded: boolean;
  news: { connects: number; work: number; faults: number; refused: number };
}

export class Door {
  connections = 0;
  strangers = 0;
  private connectionsElsewhere = 0;
  private strangersElsewhere = 0;
  private readonly locals = new Map<string, Local>();
  private newsOf: Local[] = [];
  private drops: Record<string, number> = {};
  private readonly unlimited: ReadonlySet<string>;

  /** `startDifficulty`: of which a share counts one. */
  constructor(
    private readonly limits: GuardLimits,
    private readonly options: GuardOptions,
    private readonly startDifficulty: number,
  ) {
    this.unlimited = new Set(options.unlimited.map(addressKey));
  }

  /** Whether the node may have another connection. */
  get hasRoom(): boolean {
    return this.connections + this.connectionsElsewhere < this.options.nodeConnections;
  }

  /** The room for strangers is nearly taken. */
  get crowded(): boolean {
    return this.strangers + this.strangersElsewhere >= this.strangersRoom * this.limits.crowdedPart;
  }

  enter(remoteAddress: string, nowMs: number): Visit | Refusal {
    const local = this.localOf(addressKey(remoteAddress), nowMs);
    const limited = !this.unlimited.has(local.address);
    this.mark(local);
    const refusal = limited ? this.refusal(local, nowMs) : null;
    if (refusal !== null) {
      local.news.refused++;
      return refusal;
    }
    local.connects.take(nowMs);
    local.news.connects++;
    local.open++;
    this.connections++;
    if (limited) {
      local.strangers++;
      this.strangers++;
    }
    return this.visit(local, limited);
  }

  /** For the report: a connection was ended or not let in. */
  dropped(reason: string): void {
    this.drops[reason] = (this.drops[reason] ?? 0) + 1;
  }

  /** What happened since the last report. */
  takeReport(pendingBytes: number): DoorReport {
    const addresses: AddressNews[] = [];
    for (const local of this.newsOf) {
      addresses.push({ address: local.address, strangers: local.strangers, ...local.news });
      if (local.news.connects + local.news.work + local.news.faults > 0) local.recorded = true;
      local.news = { connects: 0, work: 0, faults: 0, refused: 0 };
      local.hasNews = false;
      this.forgetIfBlank(local);
    }
    this.newsOf = [];
    const { connections, strangers, drops } = this;
    this.drops = {};
    return { connections, strangers, pendingBytes, drops, addresses };
  }

  /** What the coordinator says. */
  learn(standing: NodeStanding, nowMs: number): void {
    this.connectionsElsewhere = standing.connectionsElsewhere;
    this.strangersElsewhere = standing.strangersElsewhere;
    for (const { address, strangersElsewhere, allowance, connects, bannedUntilMs } of standing.addresses) {
      const local = this.localOf(address, nowMs);
      local.recorded = true;
      Object.assign(local, { strangersElsewhere, allowance, bannedUntilMs });
      if (!Number.isFinite(allowance)) continue;
      const perMs = connectsPerMs(this.limits, allowance, this.options.strangersPerAddress);
      local.connects.resize(allowance, perMs, nowMs);
      local.connects.set(connects - local.news.connects, nowMs);
    }
    for (const address of standing.forgotten) this.forget(address);
  }

  private get strangersRoom(): number {
    return this.options.nodeConnections * this.limits.strangersPart;
  }

  private refusal(local: Local, nowMs: number): Refusal | null {
    const { strangers, strangersElsewhere, allowance, bannedUntilMs } = local;
    if (nowMs < bannedUntilMs) return 'banned';
    if (strangers + strangersElsewhere >= allowance) return 'address-full';
    if (local.connects.left(nowMs) < 1) return 'too-fast';
    const earned = allowance > this.options.strangersPerAddress;
    return !earned && this.strangers + this.strangersElsewhere >= this.strangersRoom
      ? 'strangers-full'
      : null;
  }

  /** `stranger`: it counts as one until it has an accepted share. */
  private visit(local: Local, stranger: boolean): Visit {
    const noStranger = (): void => {
      if (!stranger) return;
      stranger = false;
      local.strangers--;
      this.strangers--;
      this.mark(local);
    };
    return {
      worked: (difficulty) => {
        noStranger();
        local.news.work += Math.max(1, difficulty / this.startDifficulty);
        this.mark(local);
      },
      faulted: () => {
        if (!stranger) return;
        local.news.faults++;
        this.mark(local);
      },
      left: () => {
        noStranger();
        local.open--;
        this.connections--;
        this.forgetIfBlank(local);
      },
    };
  }

  private mark(local: Local): void {
    if (local.hasNews) return;
    local.hasNews = true;
    this.newsOf.push(local);
  }

  private localOf(address: string, nowMs: number): Local {
    const known = this.locals.get(address);
    if (known !== undefined) return known;
    const allowance = this.options.strangersPerAddress;
    const local: Local = {
      address,
      open: 0,
      strangers: 0,
      strangersElsewhere: 0,
      allowance,
      bannedUntilMs: 0,
      connects: new TokenBucket(allowance, connectsPerMs(this.limits, allowance, allowance), nowMs),
      hasNews: false,
      recorded: false,
      news: { connects: 0, work: 0, faults: 0, refused: 0 },
    };
    this.locals.set(address, local);
    return local;
  }

  /** The coordinator has forgotten it, and so does the door, unless somebody is here. */
  private forget(address: string): void {
    const local = this.locals.get(address);
    if (local === undefined) return;
    local.recorded = false;
    local.strangersElsewhere = 0;
    local.allowance = this.options.strangersPerAddress;
    local.bannedUntilMs = 0;
    this.forgetIfBlank(local);
  }

  private forgetIfBlank(local: Local): void {
    if (local.open === 0 && !local.recorded && !local.hasNews) this.locals.delete(local.address);
  }
}
