/**
 * The doors of a node as its coordinator knows them: what each has reported, what it has been told and has yet to be told,
 * and how the room that is free on the node is divided among them.
 */
import type { AddressShelf } from './address-shelf.js';
import type { GuardLimits, GuardOptions } from './guard-limits.js';
import type { DoorReport, NodeStanding } from './guard-news.js';

interface NodeDoor {
  connections: number;
  strangers: number;
  guests: number;
  waiting: number;
  pendingBytes: number;
  longestSatMs: number;
  full: boolean;
  /** Addresses whose standing it has not been told. */
  untold: Set<string>;
  /** What it was told last; null for nothing yet. */
  told: NodeTotals | null;
}

/** What a door is told of the others. */
type NodeTotals = Omit<NodeStanding, 'addresses' | 'forgotten'>;

interface DoorNews {
  readonly totals: NodeTotals;
  /** Those whose standing it has not been told. */
  readonly untold: ReadonlySet<string>;
}

export class NodeDoors {
  private readonly doors = new Map<string, NodeDoor>();
  private readonly gone = new Set<string>();

  /** `records`: a door that comes is told of all of them. */
  constructor(
    private readonly limits: GuardLimits,
    private readonly options: GuardOptions,
    private readonly records: AddressShelf,
  ) {}

  /** `door` names one life of a listener and is never used again. False for one that has ended: its last word came late. */
  report(door: string, now: Omit<DoorReport, 'addresses'>): boolean {
    if (this.gone.has(door)) return false;
    const { connections, strangers, guests, waiting, pendingBytes, longestSatMs, full } = now;
    const figures = { connections, strangers, guests, waiting, pendingBytes, longestSatMs, full };
    Object.assign(this.doorOf(door), figures);
    return true;
  }

  ended(door: string): void {
    this.doors.delete(door);
    this.gone.add(door);
  }

  /** Every door has yet to be told how the address stands. */
  touch(address: string): void {
    for (const { untold } of this.doors.values()) untold.add(address);
  }

  /** What `door` is to be told, and counts as told with that; null for nothing. */
  news(door: string): DoorNews | null {
    const own = this.doorOf(door);
    const totals = this.totals(own);
    const { told, untold } = own;
    if (told !== null && isSame(told, totals) && untold.size === 0) return null;
    own.told = totals;
    own.untold = new Set();
    return { totals, untold };
  }

  /** No door takes connections. */
  get isFull(): boolean {
    for (const { full } of this.doors.values()) if (!full) return false;
    return this.doors.size > 0;
  }

  /** Of all of them together. */
  figures(): Pick<DoorReport, 'connections' | 'strangers' | 'pendingBytes'> {
    let connections = 0;
    let strangers = 0;
    let pendingBytes = 0;
    for (const door of this.doors.values()) {
      connections += door.connections;
      strangers += door.strangers;
      pendingBytes += door.pendingBytes;
    }
    return { connections, strangers, pendingBytes };
  }

  private totals(own: NodeDoor): NodeTotals {
    const { nodeConnections } = this.options;
    const others = Array.from(this.doors.values()).filter((each) => each !== own);
    const sum = (count: (each: NodeDoor) => number): number =>
      others.reduce((total, each) => total + count(each), 0);
    const guests = Math.floor(nodeConnections * this.limits.strangersPart);
    return {
      connectionsElsewhere: sum(({ connections }) => connections),
      strangersElsewhere: sum(({ strangers }) => strangers),
      guestsElsewhere: sum((each) => each.guests),
      waitingElsewhere: sum(({ waiting }) => waiting),
      longestSatElsewhereMs: Math.max(0, ...others.map(({ longestSatMs }) => longestSatMs)),
      most: this.mostOf(own, nodeConnections, ({ connections }) => connections),
      mostGuests: this.mostOf(own, guests, (each) => each.guests),
      doors: this.doors.size,
    };
  }

  /** What it has, and its part of what is free of `onNode`; what cannot be divided is for those that have fewest. */
  private mostOf(own: NodeDoor, onNode: number, count: (each: NodeDoor) => number): number {
    let free = onNode;
    let before = 0;
    let isLater = false;
    for (const each of this.doors.values()) {
      free -= count(each);
      if (each === own) isLater = true;
      else if (count(each) < count(own) || (!isLater && count(each) === count(own))) before++;
    }
    if (free <= 0) return count(own);
    const odd = before < free % this.doors.size ? 1 : 0;
    return count(own) + Math.floor(free / this.doors.size) + odd;
  }

  private doorOf(door: string): NodeDoor {
    const known = this.doors.get(door);
    if (known !== undefined) return known;
    const figures: NodeDoor = {
      connections: 0,
      strangers: 0,
      guests: 0,
      waiting: 0,
      pendingBytes: 0,
      longestSatMs: 0,
      full: false,
      untold: new Set(this.records.keys()),
      told: null,
    };
    this.doors.set(door, figures);
    return figures;
  }
}

function isSame(told: NodeTotals, now: NodeTotals): boolean {
  return (Object.keys(now) as (keyof NodeTotals)[]).every((name) => told[name] === now[name]);
}
