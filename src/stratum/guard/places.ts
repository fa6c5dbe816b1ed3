/**
 * The places of a node as one door sees them: who is on them here, how many are taken elsewhere, and who gives one up
 * when none is left. A connection that proved work keeps its place while it works; where a node is full of such, those
 * addresses that have most of it make room for others.
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
  /** Addresses with so many connections on the node that they make room for others, with some of them here. */
  private readonly crowds = new Set<LocalAddress>();
  private connectionsElsewhere = 0;
  private guestsElsewhere = 0;
  private longestSatElsewhereMs = 0;
  private readonly strangersRoom: number;
  private readonly crowd: number;
  private readonly whoYields: WhoYields;

  constructor(
    private readonly limits: GuardLimits,
    private readonly options: GuardOptions,
  ) {
    this.strangersRoom = Math.floor(options.nodeConnections * limits.strangersPart);
    this.crowd = options.nodeConnections * limits.crowdPart;
    this.whoYields = new WhoYields(limits, this.strangersRoom);
  }

  /** Connections without a miner's work. */
  get strangers(): number {
    return this.guests.size + this.returning.size + this.idle.size;
  }

  /** Whether the node may have another connection. */
  get hasRoom(): boolean {
    return this.connections + this.connectionsElsewhere < this.options.nodeConnections;
  }

  /** The node may not, but somebody here may have to yield. */
  get canMakeRoom(): boolean {
    return !this.hasRoom && (this.strangers > 0 || this.crowds.size > 0);
  }

  /** The room for strangers is nearly taken. */
  get crowded(): boolean {
    return this.guestsOnNode >= this.strangersRoom * this.limits.crowdedPart;
  }

  /** For a stranger on a place that its address has not earned. */
  forGuest(local: LocalAddress, nowMs: number): Place | 'strangers-full' | 'full' {
    if (this.guestsOnNode < this.strangersRoom) return this.onNode(local, true, nowMs);
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
    stay.local.workers.add(stay);
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

  learn({ connectionsElsewhere, guestsElsewhere, longestSatElsewhereMs, doors }: NodeStanding): void {
    this.longestSatElsewhereMs = longestSatElsewhereMs;
    this.connectionsElsewhere = connectionsElsewhere;
    this.guestsElsewhere = guestsElsewhere;
    this.doors = doors;
  }

  /**
   * Those who have to go, where doors together let too many guests in, or too many at all: each door what it has beyond
   * its part. Where nobody had time to show anything it is whoever came last, who would have been refused had the doors
   * heard of each other in time.
   */
  *surplus(nowMs: number): IterableIterator<LocalStay> {
    const { guests, returning, idle, strangersRoom, whoYields } = this;
    const lastGuest = newestFirst([guests]);
    for (let left = this.beyond(this.guestsOnNode, guests.size, strangersRoom); left > 0; left--) {
      const chosen = whoYields.choose([guests], null, nowMs) ?? next(lastGuest);
      if (chosen === null) break;
      yield chosen;
    }
    const { nodeConnections } = this.options;
    const onNode = this.connections + this.connectionsElsewhere;
    const last = newestFirst([guests, returning, this.working]);
    for (let left = this.beyond(onNode, this.connections, nodeConnections); left > 0; left--) {
      const chosen =
        whoYields.choose([idle, guests], null, nowMs) ??
        whoYields.choose([returning], null, nowMs) ??
        this.largestCrowd(0)?.givesUp(nowMs) ??
        next(last);
      if (chosen === null) return;
      yield chosen;
    }
  }

  /** How many of `here` go where the node may have `most`; all doors' together are less than a door's number too many. */
  private beyond(onNode: number, here: number, most: number): number {
    return onNode <= most ? 0 : Math.ceil(Math.min(onNode - most, here - most / this.doors));
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

  /** One of the address that has most, for who will have less than it then has left. */
  private ofCrowd(local: LocalAddress, guest: boolean, nowMs: number): LocalStay | null {
    if (!local.limited || local.isSuspect(nowMs) || (guest && this.guestsOnNode >= this.crowd)) return null;
    return this.largestCrowd(local.openOnNode + 1)?.givesUp(nowMs) ?? null;
  }

  /** With more than so many connections on the node, and more than this door's part of an eighth here. */
  private largestCrowd(than: number): LocalAddress | null {
    let most = than;
    let largest: LocalAddress | null = null;
    for (const each of this.crowds) {
      // Other doors do the same at this moment: each takes no more than its part of the crowd.
      if (each.openOnNode <= most || each.open <= this.crowd / this.doors) continue;
      most = each.openOnNode;
      largest = each;
    }
    return largest;
  }

  private takeOff(stay: LocalStay): void {
    stay.local.strangers.delete(stay);
    stay.local.workers.delete(stay);
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
