/** What one door knows of an address: its connections here, and how it stands on the node. */
import { connectsPerMs } from './address-record.js';
import type { GuardLimits, GuardOptions } from './guard-limits.js';
import type { AddressNews, Standing } from './guard-news.js';
import { Sitting } from './sitting.js';
import type { Stay } from './stay.js';
import { TokenBucket } from './token-bucket.js';

type Happened = Omit<AddressNews, 'address' | 'open' | 'strangers' | 'unpaid'>;

const nothing = (): { -readonly [Name in keyof Happened]: Happened[Name] } => ({
  connects: 0,
  work: 0,
  coveredMs: 0,
  sittingMs: 0,
  faults: 0,
  empty: 0,
  refused: 0,
});

/** How many connections, from the one that was not looked at for longest, are compared. */
const LOOKS = 256;

/** Doors hear of each other four times a second, a busy coordinator's a little later. */
const EXCHANGE_MS = 2_000;

export type LocalStay = Stay<LocalAddress>;

export class LocalAddress {
  /** Connections here, of them those that are not paid for, and those without a miner's work, oldest first. */
  open = 0;
  unpaid = 0;
  readonly strangers = new Set<LocalStay>();
  /** Those who have spoken and are not paid for, first come first served. */
  private readonly queue = new Set<LocalStay>();
  bannedUntilMs = 0;
  readonly connects: TokenBucket;
  /** Something is to be reported. */
  hasNews = false;
  /** The coordinator has a record, and will say when it has none any more. */
  recorded = false;
  news = nothing();
  readonly sitting: Sitting;
  private suspectUntilMs = 0;
  private harmUntilMs = 0;
  private openElsewhere = 0;
  private strangersElsewhere = 0;
  private unpaidElsewhere = 0;
  private allowance: number;

  constructor(
    readonly address: string,
    /** Not one that the operator names. */
    readonly limited: boolean,
    private readonly limits: GuardLimits,
    private readonly options: GuardOptions,
    nowMs: number,
  ) {
    this.allowance = options.strangersPerAddress;
    this.sitting = new Sitting(limits);
    this.connects = new TokenBucket(
      this.allowance,
      connectsPerMs(limits, this.allowance, this.allowance),
      nowMs,
    );
  }

  get openOnNode(): number {
    return this.open + this.openElsewhere;
  }

  get isAtAllowance(): boolean {
    return this.strangersOnNode >= this.allowance;
  }

  /** Of its strangers, those that are paid for are as many as it may have. */
  get isServedOut(): boolean {
    return this.strangersOnNode - this.unpaidOnNode >= this.allowance;
  }

  get unpaidOnNode(): number {
    return this.unpaid + this.unpaidElsewhere;
  }

  /** It has fewer strangers than it has earned places. */
  get hasEarnedPlace(): boolean {
    return this.unearned < 0;
  }

  /** Strangers above the places it has earned. */
  get unearned(): number {
    return this.strangersOnNode - (this.allowance - this.options.strangersPerAddress);
  }

  /**
   * An address that has earned places pays for a connection when it first speaks: one that comes and leaves without a
   * word takes nothing from the miners behind the same address. To refuse it would cost as much as to let it in.
   */
  get paysLater(): boolean {
    return this.limited && this.allowance > this.options.strangersPerAddress;
  }

  /** It has spoken and is to be paid for: the first to ask is the first to be served. */
  enqueue(stay: LocalStay): void {
    this.queue.add(stay);
    stay.waits = true;
  }

  /** How many have spoken and are not paid for. */
  get waiting(): number {
    return this.queue.size;
  }

  /** Who is served next; null for nobody. */
  get first(): LocalStay | null {
    const [first = null] = this.queue;
    return first;
  }

  canPay(nowMs: number): boolean {
    return this.connects.left(nowMs) >= 1;
  }

  pay(nowMs: number): void {
    this.connects.take(nowMs);
    this.news.connects++;
  }

  /** `stay` is paid for. */
  serve(stay: LocalStay, nowMs: number): void {
    stay.paid = true;
    if (this.queue.delete(stay)) stay.served(nowMs);
  }

  /** It has left. */
  unqueue(stay: LocalStay): void {
    this.queue.delete(stay);
  }

  /**
   * Which of its own strangers gives way to another of its connections: one that does not log in or floods, else one that had
   * the time for a share; nobody who waits its turn, and where another's turn has come (`served`) only who had its own.
   * Null while all may still show what they are. `onlyGuests`: of those on places that it had not earned.
   */
  yields(nowMs: number, { served = false, onlyGuests = false } = {}): LocalStay | null {
    const { crowdedGraceMs, crowdedTenureMs, shareMs } = this.limits;
    let shown: LocalStay | null = null;
    let looks = LOOKS;
    for (const stay of this.strangers) {
      if (stay.waits || (served && !stay.paid) || (onlyGuests && !stay.guest)) continue;
      if (stay.hadTime(crowdedGraceMs, stay.guest ? shareMs : crowdedTenureMs, nowMs)) {
        if (!stay.ready) return stay;
        shown ??= stay;
      }
      if (stay.floods) return stay;
      if (--looks === 0) break;
    }
    return shown;
  }

  /**
   * Of its strangers those who came while doors may not have heard of each other, the last first: they would have been
   * refused. `onlyGuests`: who is paid for, on places that it had not earned. Looks only when it is asked.
   */
  *latest(nowMs: number, { onlyGuests = false } = {}): Generator<LocalStay, null> {
    for (const stay of Array.from(this.strangers).reverse()) {
      if (!stay.hasComeWithin(EXCHANGE_MS, nowMs)) break;
      if (!stay.gone && (!onlyGuests || (stay.guest && stay.paid))) yield stay;
    }
    return null;
  }

  /** It did harm lately, or came and showed nothing, and has never proved work. */
  isSuspect(nowMs: number): boolean {
    return nowMs < this.suspectUntilMs;
  }

  /** It did so in the last ten minutes. */
  didHarm(nowMs: number): boolean {
    return nowMs < this.harmUntilMs;
  }

  /** This door has fewer than its part of the strangers that the address may have. */
  hasPart(doors: number): boolean {
    return this.strangers.size < this.allowance / doors;
  }

  /** Strangers that are paid for, above its allowance on the node and above this door's part of it. */
  tooMany(doors: number): number {
    const { allowance } = this;
    const onNode = this.strangersOnNode - this.unpaidOnNode;
    return Math.floor(Math.min(onNode - allowance, this.strangers.size - this.unpaid - allowance / doors));
  }

  /** Connections above `most` on the node and above this door's part of that. */
  overShare(most: number, doors: number): number {
    return this.limited ? Math.ceil(Math.min(this.openOnNode - most, this.open - most / doors)) : 0;
  }

  /** A stranger of its has left a place that it had not earned, where it sat for so long without work. */
  sat(ms: number, nowMs: number): void {
    this.news.sittingMs += ms;
    this.sitting.add(ms, nowMs);
  }

  /** One that worked has left: it may come back at any time. */
  mayReturn(): void {
    this.connects.spend(-1);
    this.news.connects--;
  }

  /** What happened since it was last asked. */
  takeNews(): AddressNews {
    const { address, open, unpaid, news } = this;
    if (open + news.work + news.faults + news.empty > 0 || news.connects !== 0) this.recorded = true;
    this.news = nothing();
    this.hasNews = false;
    return { address, open, strangers: this.strangers.size, unpaid, ...news };
  }

  learn(standing: Standing, nowMs: number): void {
    const { allowance, connects } = standing;
    this.recorded = true;
    this.openElsewhere = standing.openElsewhere;
    this.strangersElsewhere = standing.strangersElsewhere;
    this.unpaidElsewhere = standing.unpaidElsewhere;
    this.allowance = allowance;
    this.bannedUntilMs = standing.bannedUntilMs;
    this.suspectUntilMs = standing.suspectUntilMs;
    this.harmUntilMs = standing.harmUntilMs;
    this.sitting.set(standing.sittingMs + this.news.sittingMs, nowMs);
    if (!Number.isFinite(allowance)) return;
    const perMs = connectsPerMs(this.limits, allowance, this.options.strangersPerAddress);
    this.connects.resize(allowance, perMs, nowMs);
    this.connects.set(connects - this.news.connects, nowMs);
  }

  /** The coordinator has forgotten it. */
  forgotten(): void {
    this.recorded = false;
    this.openElsewhere = 0;
    this.strangersElsewhere = 0;
    this.unpaidElsewhere = 0;
    this.allowance = this.options.strangersPerAddress;
    this.bannedUntilMs = 0;
    this.suspectUntilMs = 0;
    this.harmUntilMs = 0;
    this.sitting.set(this.news.sittingMs, 0);
  }

  get isBlank(): boolean {
    return this.open === 0 && !this.recorded && !this.hasNews;
  }

  private get strangersOnNode(): number {
    return this.strangers.size + this.strangersElsewhere;
  }
}
