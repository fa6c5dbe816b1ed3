/**
 * Who comes into one listener. It knows its own visitors at once, and how their addresses stand on the whole node
 * from what the coordinator last said.
 */
import { addressKey } from './address-key.js';
import type { GuardLimits, GuardOptions } from './guard-limits.js';
import type { DoorReport, NodeStanding } from './guard-news.js';
import { LocalAddress } from './local-address.js';

/** Why a connection is not let in. */
export type Refusal = 'banned' | 'address-full' | 'over-share' | 'too-fast' | 'strangers-full';

/** One connection, from its entry to its end. */
export interface Visit {
  /** A share is on disk; `difficulty` is the one it is credited with. Hot path. */
  worked(difficulty: number): void;
  /** It was ended for what it did. Nothing, for one that has proved work. */
  faulted(): void;
  left(): void;
}

export class Door {
  connections = 0;
  /** Connections without an accepted share, and of them those on no place that their address has earned. */
  strangers = 0;
  private guests = 0;
  private connectionsElsewhere = 0;
  private guestsElsewhere = 0;
  private readonly locals = new Map<string, LocalAddress>();
  private newsOf: LocalAddress[] = [];
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
    return this.guests + this.guestsElsewhere >= this.strangersRoom * this.limits.crowdedPart;
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
    const guest = limited && !local.hasEarnedPlace;
    local.connects.take(nowMs);
    local.news.connects++;
    local.open++;
    this.connections++;
    if (limited) {
      local.strangers++;
      this.strangers++;
    }
    if (guest) this.guests++;
    return this.visit(local, limited, guest);
  }

  /** For the report: a connection was ended or not let in. */
  dropped(reason: string): void {
    this.drops[reason] = (this.drops[reason] ?? 0) + 1;
  }

  /** What happened since the last report. */
  takeReport(pendingBytes: number): DoorReport {
    const addresses = this.newsOf.map((local) => local.takeNews());
    for (const local of this.newsOf) this.forgetIfBlank(local);
    this.newsOf = [];
    const { connections, strangers, guests, drops } = this;
    this.drops = {};
    return { connections, strangers, guests, pendingBytes, drops, addresses };
  }

  /** What the coordinator says. */
  learn(standing: NodeStanding, nowMs: number): void {
    this.connectionsElsewhere = standing.connectionsElsewhere;
    this.guestsElsewhere = standing.guestsElsewhere;
    for (const each of standing.addresses) this.localOf(each.address, nowMs).learn(each, nowMs);
    for (const address of standing.forgotten) {
      const local = this.locals.get(address);
      local?.forgotten();
      if (local !== undefined) this.forgetIfBlank(local);
    }
  }

  private get strangersRoom(): number {
    return this.options.nodeConnections * this.limits.strangersPart;
  }

  private refusal(local: LocalAddress, nowMs: number): Refusal | null {
    if (nowMs < local.bannedUntilMs) return 'banned';
    if (local.openOnNode >= Math.ceil(this.options.nodeConnections * this.limits.addressPart))
      return 'over-share';
    if (local.isAtAllowance) return 'address-full';
    if (local.connects.left(nowMs) < 1) return 'too-fast';
    const isFull = this.guests + this.guestsElsewhere >= this.strangersRoom;
    return isFull && !local.hasEarnedPlace ? 'strangers-full' : null;
  }

  /** `stranger`: it counts as one until it has an accepted share. */
  private visit(local: LocalAddress, stranger: boolean, guest: boolean): Visit {
    const noStranger = (): void => {
      if (!stranger) return;
      stranger = false;
      local.strangers--;
      this.strangers--;
      if (guest) this.guests--;
    };
    return {
      worked: (difficulty) => {
        noStranger();
        local.news.work += difficulty / this.startDifficulty;
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
        this.mark(local);
      },
    };
  }

  private mark(local: LocalAddress): void {
    if (local.hasNews) return;
    local.hasNews = true;
    this.newsOf.push(local);
  }

  private localOf(address: string, nowMs: number): LocalAddress {
    const known = this.locals.get(address);
    if (known !== undefined) return known;
    const local = new LocalAddress(address, this.limits, this.options, nowMs);
    this.locals.set(address, local);
    return local;
  }

  private forgetIfBlank(local: LocalAddress): void {
    if (local.isBlank) this.locals.delete(local.address);
  }
}
