/**
 * Who comes into one listener, and who gives up a place for it. It knows its own visitors at once, and how their
 * addresses stand on the whole node from what the coordinator last said.
 */
import { addressKey } from './address-key.js';
import type { GuardLimits, GuardOptions } from './guard-limits.js';
import type { DoorReport, NodeStanding } from './guard-news.js';
import { LocalAddress, type Occupant, Stay } from './local-address.js';
import { WhoYields } from './who-yields.js';

/** Why a connection is not let in. */
export type Refusal = 'banned' | 'address-full' | 'over-share' | 'too-fast' | 'strangers-full' | 'full';

/** One connection, from its entry to its end. */
export interface Visit {
  /** From now on it is this that yields. */
  occupiedBy(occupant: Occupant): void;
  /** A share is on disk; `difficulty` is the one it is credited with. Hot path. */
  worked(difficulty: number): void;
  /** It was ended for what it did. Nothing, for one that has proved work. */
  faulted(): void;
  /** Also after it has yielded. */
  left(): void;
}

/** Where a newcomer goes: on a free place, or on another's. */
interface Place {
  readonly of: Stay | null;
  readonly guest: boolean;
}

export class Door {
  connections = 0;
  /** Connections without an accepted share, oldest first: on a place that their address has not earned, and on one. */
  private readonly guests = new Set<Stay>();
  private readonly returning = new Set<Stay>();
  private connectionsElsewhere = 0;
  private guestsElsewhere = 0;
  private doors = 1;
  private readonly locals = new Map<string, LocalAddress>();
  private newsOf: LocalAddress[] = [];
  private drops: Record<string, number> = {};
  private readonly unlimited: ReadonlySet<string>;
  private readonly strangersRoom: number;
  private readonly mostOfAddress: number;
  private readonly whoYields: WhoYields;

  /** `startDifficulty`: of which a share counts one. */
  constructor(
    private readonly limits: GuardLimits,
    private readonly options: GuardOptions,
    private readonly startDifficulty: number,
  ) {
    this.unlimited = new Set(options.unlimited.map(addressKey));
    this.strangersRoom = options.nodeConnections * limits.strangersPart;
    this.mostOfAddress = Math.ceil(options.nodeConnections * limits.addressPart);
    this.whoYields = new WhoYields(limits, this.strangersRoom);
  }

  /** Connections without an accepted share. */
  get strangers(): number {
    return this.guests.size + this.returning.size;
  }

  /** Whether the node may have another connection. */
  get hasRoom(): boolean {
    return this.connections + this.connectionsElsewhere < this.options.nodeConnections;
  }

  /** The node may not, but somebody here may have to yield. */
  get canMakeRoom(): boolean {
    return !this.hasRoom && this.strangers > 0;
  }

  /** The room for strangers is nearly taken. */
  get crowded(): boolean {
    return this.guestsOnNode >= this.strangersRoom * this.limits.crowdedPart;
  }

  enter(remoteAddress: string, nowMs: number): Visit | Refusal {
    const local = this.localOf(addressKey(remoteAddress), nowMs);
    const limited = !this.unlimited.has(local.address);
    this.mark(local);
    const place = limited ? this.placeFor(local, nowMs) : this.placeOnNode(local, false, nowMs);
    if (typeof place === 'string') {
      local.news.refused++;
      return place;
    }
    if (place.of !== null) this.yield(place.of);
    const stay = new Stay(local, limited, place.guest, nowMs);
    local.connects.take(nowMs);
    local.news.connects++;
    local.open++;
    this.connections++;
    if (limited) {
      local.strangers.add(stay);
      (stay.guest ? this.guests : this.returning).add(stay);
    }
    return this.visit(stay);
  }

  /** For the report: a connection was ended or not let in. */
  dropped(reason: string): void {
    this.drops[reason] = (this.drops[reason] ?? 0) + 1;
  }

  /** What happened since the last report. */
  takeReport(pendingBytes: number, full: boolean): DoorReport {
    const addresses = this.newsOf.map((local) => local.takeNews());
    for (const local of this.newsOf) this.forgetIfBlank(local);
    this.newsOf = [];
    const { connections, strangers, drops } = this;
    this.drops = {};
    return { connections, strangers, guests: this.guests.size, pendingBytes, full, drops, addresses };
  }

  /** What the coordinator says. Where doors together let too many in, each that has more than its part of them sheds. */
  learn(standing: NodeStanding, nowMs: number): void {
    this.connectionsElsewhere = standing.connectionsElsewhere;
    this.guestsElsewhere = standing.guestsElsewhere;
    this.doors = standing.doors;
    for (const each of standing.addresses) {
      const local = this.localOf(each.address, nowMs);
      local.learn(each, nowMs);
      for (let over = local.tooMany(this.doors); over > 0; over--) this.yield(local.oldest!);
    }
    for (const address of standing.forgotten) {
      const local = this.locals.get(address);
      local?.forgotten();
      if (local !== undefined) this.forgetIfBlank(local);
    }
    const { size } = this.guests;
    const over = Math.min(this.guestsOnNode - this.strangersRoom, size - this.strangersRoom / this.doors);
    for (let left = Math.floor(over); left > 0; left--) {
      const { chosen } = this.whoYields.worst(this.guests, nowMs);
      if (chosen === null) break;
      this.yield(chosen);
    }
  }

  private get guestsOnNode(): number {
    return this.guests.size + this.guestsElsewhere;
  }

  private placeFor(local: LocalAddress, nowMs: number): Place | Refusal {
    if (nowMs < local.bannedUntilMs) return 'banned';
    const mayConnect = local.connects.left(nowMs) >= 1;
    const isOverShare = local.openOnNode >= this.mostOfAddress;
    if (isOverShare || local.isAtAllowance) {
      // Its own oldest, whose time to prove work is what its allowance takes to come back.
      const own = mayConnect ? local.oldest : null;
      if (own !== null) return { of: own, guest: own.guest };
      const hasPart = mayConnect && !isOverShare && local.hasPart(this.doors);
      if (!hasPart) return isOverShare ? 'over-share' : 'address-full';
    }
    if (!mayConnect) return 'too-fast';
    const guest = !local.hasEarnedPlace;
    if (!guest || this.guestsOnNode < this.strangersRoom) return this.placeOnNode(local, guest, nowMs);
    const of = this.whoYields.choose(this.guests, local, nowMs);
    // Where all are at other doors, those shed when they hear of it.
    if (of === null && this.guests.size >= this.strangersRoom / this.doors) return 'strangers-full';
    return { of, guest };
  }

  /** A free one, or that of a stranger; those who return to a place they have earned yield last. */
  private placeOnNode(local: LocalAddress, guest: boolean, nowMs: number): Place | Refusal {
    if (this.hasRoom) return { of: null, guest };
    const of =
      this.whoYields.choose(this.guests, local, nowMs) ?? this.whoYields.choose(this.returning, local, nowMs);
    return of === null ? 'full' : { of, guest };
  }

  private visit(stay: Stay): Visit {
    const { local } = stay;
    return {
      occupiedBy: (occupant) => {
        stay.occupant = occupant;
      },
      worked: (difficulty) => {
        this.noStranger(stay);
        local.news.work += difficulty / this.startDifficulty;
        this.mark(local);
      },
      faulted: () => {
        if (!stay.stranger) return;
        local.news.faults++;
        this.mark(local);
      },
      left: () => this.end(stay),
    };
  }

  private yield(stay: Stay): void {
    stay.local.news.refused++;
    this.end(stay);
    stay.occupant?.yieldPlace();
  }

  private end(stay: Stay): void {
    if (stay.gone) return;
    stay.gone = true;
    const { local } = stay;
    if (!stay.stranger) local.mayReturn();
    else if (!stay.ready) local.news.empty++;
    this.noStranger(stay);
    local.open--;
    this.connections--;
    this.mark(local);
  }

  private noStranger(stay: Stay): void {
    if (!stay.stranger) return;
    stay.stranger = false;
    stay.local.strangers.delete(stay);
    this.guests.delete(stay);
    this.returning.delete(stay);
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
