/** How one address has behaved, and what follows from it. It counts for the whole node. */
import type { GuardLimits, GuardOptions } from './guard-limits.js';
import { Sitting } from './sitting.js';
import { TokenBucket } from './token-bucket.js';

/** How often an address may connect: the strangers' part and the earned part of its allowance come back at their own pace. */
export function connectsPerMs(limits: GuardLimits, allowance: number, strangersPerAddress: number): number {
  const earned = Math.max(0, allowance - strangersPerAddress);
  return strangersPerAddress / limits.strangerRefillMs + earned / limits.earnedRefillMs;
}

/** What is kept of work over a restart. */
export interface Proof {
  /** Earned places as of `provedMs`. */
  readonly credit: number;
  readonly provedMs: number;
  /** So long it is not banned. */
  readonly coveredUntilMs: number;
}

export interface Presence {
  readonly open: number;
  readonly strangers: number;
  readonly unpaid: number;
}

const NOBODY: Presence = { open: 0, strangers: 0, unpaid: 0 };

export class AddressRecord {
  /** Its connections by door, of them those without a miner's work, and of these those that are not paid for yet. */
  readonly presence = new Map<string, Presence>();
  bannedUntilMs = 0;
  private suspectMs = 0;
  private harmMs = 0;
  private credit = 0;
  private creditMs = 0;
  private provedMs = Number.NEGATIVE_INFINITY;
  /** So long its work covers it as a miner's. */
  private coveredUntilMs = 0;
  private faults = 0;
  private faultsMs = 0;
  private banMs = 0;
  private readonly sitting: Sitting;
  private readonly bucket: TokenBucket;

  constructor(
    private readonly limits: GuardLimits,
    private readonly options: GuardOptions,
    private readonly unlimited: boolean,
    nowMs: number,
  ) {
    this.sitting = new Sitting(limits);
    const allowance = this.allowance(nowMs);
    const perMs = connectsPerMs(limits, allowance, options.strangersPerAddress);
    this.bucket = new TokenBucket(allowance, perMs, nowMs);
  }

  /** Proved work lately: it is not banned, whatever others behind the same address do. */
  isProven(nowMs: number): boolean {
    return this.unlimited || nowMs < this.coveredUntilMs;
  }

  allowance(nowMs: number): number {
    if (this.unlimited) return Number.POSITIVE_INFINITY;
    return this.options.strangersPerAddress + Math.round(this.earned(nowMs));
  }

  connectsLeft(nowMs: number): number {
    return this.unlimited ? Number.POSITIVE_INFINITY : this.bucket.left(nowMs);
  }

  connected(times: number, nowMs: number): void {
    if (!this.unlimited) this.bucket.take(nowMs, times);
  }

  /** Its connections at a door, as of now; true when they are others than before. */
  isPresent(door: string, { open, strangers, unpaid }: Presence): boolean {
    const { open: wasOpen, strangers: were, unpaid: owed } = this.presence.get(door) ?? NOBODY;
    if (open === wasOpen && strangers === were && unpaid === owed) return false;
    if (open === 0) this.presence.delete(door);
    else this.presence.set(door, { open, strangers, unpaid });
    return true;
  }

  /**
   * Accepted work, in shares of the start difficulty. For as long as it covers (`coveredMs`), and a day at most, the
   * address is not banned; a ban that it has ends so much earlier, and so much is forgiven.
   */
  worked(shares: number, forMs: number, nowMs: number): void {
    this.credit = Math.min(this.limits.creditCap, this.earned(nowMs) + shares);
    this.creditMs = nowMs;
    this.provedMs = nowMs;
    const covered = Math.max(nowMs, this.coveredUntilMs) + forMs;
    this.coveredUntilMs = Math.min(nowMs + this.limits.proofLifeMs, covered);
    this.forgive(forMs, nowMs);
    this.resize(nowMs);
  }

  /**
   * What a place for each of its connections that work as a miner does is worth: so many may come back at once, however
   * slow their miners are. It counts as work did.
   */
  countWorking(nowMs: number): void {
    let working = 0;
    for (const { open, strangers } of this.presence.values()) working += open - strangers;
    if (working <= this.earned(nowMs) || !this.isProven(nowMs)) return;
    this.credit = Math.min(this.limits.creditCap, working);
    this.creditMs = nowMs;
    this.resize(nowMs);
  }

  /** As it stood before a restart. */
  restore({ credit, provedMs, coveredUntilMs }: Proof, nowMs: number): void {
    this.credit = credit;
    this.creditMs = provedMs;
    this.provedMs = provedMs;
    this.coveredUntilMs = Math.min(coveredUntilMs, nowMs + this.limits.proofLifeMs);
    this.resize(nowMs);
  }

  /** Its strangers that left had sat there so long without work. */
  sat(ms: number, nowMs: number): void {
    if (!this.isProven(nowMs)) this.sitting.add(ms, nowMs);
  }

  sittingMs(nowMs: number): number {
    return this.sitting.at(nowMs);
  }

  /** One of its connections did harm, or left without a login. */
  suspected(nowMs: number): void {
    if (this.isProven(nowMs)) return;
    this.suspectMs = Math.max(this.suspectMs, nowMs + this.limits.suspectMs);
    this.harmMs = Math.max(this.harmMs, nowMs + this.limits.harmMemoryMs);
  }

  /** 0 for never. */
  suspectUntilMs(nowMs: number): number {
    return this.isProven(nowMs) || nowMs >= this.suspectMs ? 0 : this.suspectMs;
  }

  /** As above. */
  harmUntilMs(nowMs: number): number {
    return this.isProven(nowMs) || nowMs >= this.harmMs ? 0 : this.harmMs;
  }

  /** True when the address is banned for it. */
  faulted(count: number, nowMs: number): boolean {
    const { limits, options } = this;
    if (options.longestBanMs === 0 || this.isProven(nowMs) || nowMs < this.bannedUntilMs) return false;
    const forgiven = (nowMs - this.faultsMs) / limits.faultLifeMs;
    this.faults = Math.max(0, this.faults - forgiven) + count;
    this.faultsMs = nowMs;
    if (this.faults < limits.faults) return false;
    const again = nowMs - this.bannedUntilMs < limits.banMemoryMs;
    const nextMs = again ? Math.max(2 * this.banMs, limits.firstBanMs) : limits.firstBanMs;
    this.banMs = Math.min(options.longestBanMs, nextMs);
    this.bannedUntilMs = nowMs + this.banMs;
    this.suspectMs = this.bannedUntilMs + this.limits.suspectAfterBanMs;
    this.faults = 0;
    return true;
  }

  isBanned(nowMs: number): boolean {
    return nowMs < this.bannedUntilMs;
  }

  /** What is lost when it is forgotten; comparable among those that have proved work, and among those that have not. */
  worth(nowMs: number): number {
    return this.isProven(nowMs) ? this.earned(nowMs) : Number(this.isBanned(nowMs));
  }

  /** Nothing is lost when it is forgotten. */
  isBlank(nowMs: number): boolean {
    return (
      this.presence.size === 0 &&
      !(nowMs - this.provedMs < this.limits.proofLifeMs) &&
      nowMs - this.bannedUntilMs >= this.limits.banMemoryMs &&
      nowMs - this.faultsMs >= this.faults * this.limits.faultLifeMs &&
      nowMs >= this.suspectMs &&
      nowMs >= this.harmMs &&
      this.sitting.isForgotten(nowMs) &&
      this.connectsLeft(nowMs) >= this.allowance(nowMs)
    );
  }

  /** What is worth keeping over a restart; null for nothing. */
  proof(): Proof | null {
    const { credit, creditMs: provedMs, coveredUntilMs } = this;
    return Number.isFinite(this.provedMs) ? { credit, provedMs, coveredUntilMs } : null;
  }

  private earned(nowMs: number): number {
    if (!(nowMs - this.provedMs < this.limits.proofLifeMs)) return 0;
    return this.credit * 0.5 ** (Math.max(0, nowMs - this.creditMs) / this.limits.creditHalfLifeMs);
  }

  private forgive(forMs: number, nowMs: number): void {
    this.bannedUntilMs = Math.min(this.bannedUntilMs, Math.max(nowMs, this.bannedUntilMs - forMs));
    this.banMs = Math.max(0, this.banMs - forMs);
    this.faults = Math.max(0, this.faults - forMs / this.limits.faultLifeMs);
    this.sitting.add(-forMs, nowMs);
  }

  private resize(nowMs: number): void {
    if (this.unlimited) return;
    const allowance = this.allowance(nowMs);
    this.bucket.resize(
      allowance,
      connectsPerMs(this.limits, allowance, this.options.strangersPerAddress),
      nowMs,
    );
  }
}
