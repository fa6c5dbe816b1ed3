/**
 * The places of a node as one door sees them: who is on them here, how many are taken elsewhere, and who gives one up
 * when none is left. A connection that proved work keeps its place while it works, whoever comes and however many of its
 * address there are: a node that is full of such takes nobody else.
 */
import type { GuardLimits, GuardOptions } from './guard-limits.js';
import type { NodeStanding } from './guard-news.js';
import type { LocalAddress, LocalStay } from './local-address.js';
import { WhoYields } from './who-yields.js';

/** Where a newcomer goes: on a free place, or on another's. */
export interface Place {
  readonly of: LocalStay | null;
  readonly guest: boolean;
}

export class Places {
  connections = 0;
  doors = 1;
  /** Strangers, oldest first: on a place their address has not earned, on one it has, and those that worked once. */
  readonly guests = new Set<LocalStay>();
  private readonly returning = new Set<LocalStay>();
  private readonly idle = new Set<LocalStay>();
  /** Connections that work as a miner does. */
  private readonly working = new Set<LocalStay>();
  /** Addresses with more than an eighth of the node, some of it here: those of them that only sit there make room for others. */
  private readonly crowds = new Set<LocalAddress>();
  private connectionsElsewhere = 0;
  private strangersElsewhere = 0;
  private guestsElsewhere = 0;
  private longestSatElsewhereMs = 0;
  /** So many may be here, and so many guests, until the coordinator says otherwise. */
  private most: number;
  private mostGuests: number;
  private readonly strangersRoom: number;
  private readonly crowd: number;
  private readonly whoYields: WhoYields;

  constructor(
    private readonly limits: GuardLimits,
    private readonly options: GuardOptions,
  ) {
    this.strangersRoom = Math.floor(options.nodeConnections * limits.strangersPart);
    this.most = options.nodeConnections;
    this.mostGuests = this.strangersRoom;
    this.crowd = options.nodeConnections * limits.crowdPart;
    this.whoYields = new WhoYields(limits, this.strangersRoom);
  }

  /** Connections without a miner's work. */
  get strangers(): number {
    return this.guests.size + this.returning.size + this.idle.size;
  }

  /** Whether there may be another connection here. */
  get hasRoom(): boolean {
    return this.connections < this.most;
  }

  /** There may not, but somebody here may have to yield. */
  get canMakeRoom(): boolean {
    return !this.hasRoom && this.strangers > 0;
  }

  /** The room for strangers is nearly taken. */
  get crowded(): boolean {
    return this.guestsOnNode >= this.strangersRoom * this.limits.crowdedPart;
  }

  /** For a stranger on a place that its address has not earned. */
  forGuest(local: LocalAddress, nowMs: number): Place | 'strangers-full' | 'full' {
    if (this.guests.size < this.mostGuests) return this.onNode(local, true, nowMs);
    const of = this.whoYields.choose([this.guests], local, nowMs) ?? this.whoYields.own(local, nowMs);
    if (of !== null) return { of, guest: true };
    // Where those who had their time are all at other doors, these shed one when they hear of it.
    const isElsewhere = this.whoYields.isLonger(this.longestSatElsewhereMs, local, nowMs);
    const hasPart = this.guests.size >= this.strangersRoom / this.doors;
    return hasPart || !isElsewhere ? 'strangers-full' : { of: null, guest: true };
  }

  /** Of who may have to yield to a guest of another door; in whole seconds, so that it is no news each time. */
  longestSatMs(nowMs: number): number {
    if (this.guestsOnNode < this.strangersRoom) return 0;
    return 1_000 * Math.floor(this.whoYields.longestMs(this.guests, nowMs) / 1_000);
  }

  /** A free one, or that of who yields; those who return to a place they have earned yield last of the strangers. */
  onNode(local: LocalAddress, guest: boolean, nowMs: number): Place | 'full' {
    if (this.hasRoom) return { of: null, guest };
    const { idle, guests, returning, whoYields } = this;
    // What a crowd has given up to strangers it does not take back, or each of them would cost it another.
    const givesUp = this.isCrowd(local) && this.guestsOnNode <= this.crowd;
    const of =
      whoYields.choose(givesUp ? [idle] : [idle, guests], local, nowMs) ??
      whoYields.choose([returning], local, nowMs) ??
      this.ofCrowd(local, guest, nowMs) ??
      whoYields.own(local, nowMs);
    return of === null ? 'full' : { of, guest };
  }

  enter(stay: LocalStay): void {
    this.connections++;
    stay.local.open++;
    if (stay.stranger) {
      stay.local.strangers.add(stay);
      (stay.guest ? this.guests : this.returning).add(stay);
    }
    this.weigh(stay.local);
  }

  leave(stay: LocalStay): void {
    this.connections--;
    stay.local.open--;
    this.takeOff(stay);
    this.weigh(stay.local);
  }

  /** `stay` is no stranger any more. */
  works(stay: LocalStay): void {
    this.takeOff(stay);
    stay.stranger = false;
    stay.idle = false;
    this.working.add(stay);
    this.weigh(stay.local);
  }

  /** Calls `onIdle` for each that works no more. */
  sweep(nowMs: number, onIdle: (stay: LocalStay) => void): void {
    for (const stay of this.working) {
      if (stay.isPlausible(this.limits, nowMs)) continue;
      this.takeOff(stay);
      stay.guest = !stay.local.hasEarnedPlace;
      stay.stranger = true;
      stay.idle = true;
      stay.local.strangers.add(stay);
      this.idle.add(stay);
      this.weigh(stay.local);
      onIdle(stay);
    }
  }

  learn(standing: NodeStanding): void {
    this.connectionsElsewhere = standing.connectionsElsewhere;
    this.strangersElsewhere = standing.strangersElsewhere;
    this.guestsElsewhere = standing.guestsElsewhere;
    this.longestSatElsewhereMs = standing.longestSatElsewhereMs;
    this.most = standing.most;
    this.mostGuests = standing.mostGuests;
    this.doors = standing.doors;
  }

  /**
   * Those who have to go, where doors together let too many guests in, or too many at all. Where nobody had time to show
   * anything it is whoever came last, who would have been refused had the doors heard of each other in time; one at work
   * only where nobody else is left on the whole node.
   */
  *surplus(nowMs: number): IterableIterator<LocalStay> {
    const { guests, returning, idle, strangersRoom, whoYields } = this;
    const { nodeConnections } = this.options;
    const tooManyGuests = Math.max(0, this.guestsOnNode - strangersRoom);
    // All doors together send so many guests away, this one among them.
    const tooMany = this.connections + this.connectionsElsewhere - nodeConnections - tooManyGuests;
    const others = this.strangers + this.strangersElsewhere - tooManyGuests;
    const lastGuest = newestFirst([guests]);
    for (let left = this.beyond(tooManyGuests, guests.size, strangersRoom); left > 0; left--) {
      const chosen = whoYields.choose([guests], null, nowMs) ?? next(lastGuest);
      if (chosen === null) break;
      yield chosen;
    }
    const last = newestFirst([guests, returning, idle]);
    const stay = Math.max(0, others - tooMany);
    for (let left = this.beyond(tooMany, this.strangers, stay); left > 0; left--) {
      const chosen =
        whoYields.choose([idle, guests], null, nowMs) ??
        whoYields.choose([returning], null, nowMs) ??
        this.ofCrowds(0, false, nowMs) ??
        next(last);
      if (chosen === null) break;
      yield chosen;
    }
    const lastWorking = newestFirst([this.working]);
    const working = this.working.size;
    for (let left = this.beyond(tooMany - others, working, nodeConnections); left > 0; left--) {
      const chosen = next(lastWorking);
      if (chosen === null) break;
      yield chosen;
    }
    // Who has gone leaves nothing free.
    if (tooManyGuests > 0) this.mostGuests = Math.min(this.mostGuests, guests.size);
    if (tooMany > 0) this.most = Math.min(this.most, this.connections);
  }

  /**
   * How many of `here` go where `tooMany` have to and the node may have `most`; all doors' together are less than a
   * door's number too many.
   */
  private beyond(tooMany: number, here: number, most: number): number {
    return Math.ceil(Math.min(tooMany, here - most / this.doors));
  }

  /** After each change of how many connections the address has. */
  weigh(local: LocalAddress): void {
    if (this.isCrowd(local) && local.open > 0) this.crowds.add(local);
    else this.crowds.delete(local);
  }

  private get guestsOnNode(): number {
    return this.guests.size + this.guestsElsewhere;
  }

  /** The operator knows of those that are named. */
  private isCrowd({ openOnNode, limited }: LocalAddress): boolean {
    return limited && openOnNode > this.crowd;
  }

  /** Of the address that has most, for who will have less than it then has left. */
  private ofCrowd(local: LocalAddress, guest: boolean, nowMs: number): LocalStay | null {
    if (!local.limited || local.isSuspect(nowMs)) return null;
    return this.ofCrowds(local.openOnNode + 1, guest && this.guestsOnNode >= this.crowd, nowMs);
  }

  /** One that had the time for a share, of an address with more than so many on the node and than this door's part of an eighth here. */
  private ofCrowds(than: number, onlyGuests: boolean, nowMs: number): LocalStay | null {
    let most = than;
    let chosen: LocalStay | null = null;
    for (const each of this.crowds) {
      // Other doors do the same at this moment: each takes no more than its part of the crowd.
      if (each.openOnNode <= most || each.open <= this.crowd / this.doors) continue;
      const own = each.yields(nowMs, { onlyGuests });
      if (own === null) continue;
      most = each.openOnNode;
      chosen = own;
    }
    return chosen;
  }

  private takeOff(stay: LocalStay): void {
    stay.local.strangers.delete(stay);
    for (const kind of [this.guests, this.returning, this.idle, this.working]) kind.delete(stay);
  }
}

/** Looks only when it is asked, at those that are still there. */
function* newestFirst(kinds: readonly ReadonlySet<LocalStay>[]): Generator<LocalStay> {
  for (const kind of kinds) {
    for (const stay of Array.from(kind).reverse()) if (!stay.gone) yield stay;
  }
}

function next(stays: Generator<LocalStay>): LocalStay | null {
  const { value, done } = stays.next();
  return done === true ? null : value;
}
