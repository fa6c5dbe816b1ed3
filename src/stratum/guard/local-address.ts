/** What one door knows of an address: its connections here, and how it stands on the node. */
import { connectsPerMs } from './address-record.js';
import type { GuardLimits, GuardOptions } from './guard-limits.js';
import type { AddressNews, Standing } from './guard-news.js';
import { TokenBucket } from './token-bucket.js';

type Happened = Omit<AddressNews, 'address' | 'open' | 'strangers'>;

const nothing = (): { -readonly [Name in keyof Happened]: Happened[Name] } => ({
  connects: 0,
  work: 0,
  faults: 0,
  refused: 0,
});

export class LocalAddress {
  /** Connections here, and of them those without an accepted share. */
  open = 0;
  strangers = 0;
  bannedUntilMs = 0;
  readonly connects: TokenBucket;
  /** Something is to be reported. */
  hasNews = false;
  /** The coordinator has a record, and will say when it has none any more. */
  recorded = false;
  news = nothing();
  private openElsewhere = 0;
  private strangersElsewhere = 0;
  private allowance: number;

  constructor(
    readonly address: string,
    private readonly limits: GuardLimits,
    private readonly options: GuardOptions,
    nowMs: number,
  ) {
    this.allowance = options.strangersPerAddress;
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

  /** It has fewer strangers than it has earned places. */
  get hasEarnedPlace(): boolean {
    return this.strangersOnNode < this.allowance - this.options.strangersPerAddress;
  }

  /** What happened since it was last asked. */
  takeNews(): AddressNews {
    const { address, open, strangers, news } = this;
    if (open + news.work + news.faults > 0 || news.connects !== 0) this.recorded = true;
    this.news = nothing();
    this.hasNews = false;
    return { address, open, strangers, ...news };
  }

  learn(
    { openElsewhere, strangersElsewhere, allowance, connects, bannedUntilMs }: Standing,
    nowMs: number,
  ): void {
    this.recorded = true;
    Object.assign(this, { openElsewhere, strangersElsewhere, allowance, bannedUntilMs });
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
    this.allowance = this.options.strangersPerAddress;
    this.bannedUntilMs = 0;
  }

  get isBlank(): boolean {
    return this.open === 0 && !this.recorded && !this.hasNews;
  }

  private get strangersOnNode(): number {
    return this.strangers + this.strangersElsewhere;
  }
}
