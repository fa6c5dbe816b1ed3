/**
 * The coordinator's memory of addresses: what the doors of all listeners report about them comes together here, and
 * how each address stands on the node goes back to every door. A door decides by itself between two exchanges, so
 * for that long an address may get at each door what it should get once.
 */
import { addressKey } from './address-key.js';
import { AddressRecord, type Proof } from './address-record.js';
import { AddressShelf } from './address-shelf.js';
import type { GuardLimits, GuardOptions } from './guard-limits.js';
import type { AddressNews, DoorReport, NodeStanding, Standing } from './guard-news.js';

interface DoorFigures {
  connections: number;
  strangers: number;
  guests: number;
  waiting: number;
  pendingBytes: number;
  longestSatMs: number;
  full: boolean;
  /** Addresses whose standing it has not been told. */
  readonly untold: Set<string>;
  /** What it was told last; null for nothing yet. */
  told: Totals | null;
}

type Totals = Omit<NodeStanding, 'addresses' | 'forgotten'>;

export interface BookFigures {
  readonly addresses: number;
  readonly banned: number;
  readonly connections: number;
  readonly strangers: number;
  readonly pendingBytes: number;
}

/** An address's proof of work, for the next run of the node. */
export interface KeptProof extends Proof {
  readonly address: string;
}

/** Smaller changes of an allowance are not worth a message. */
const WORTH_TELLING = 0.1;

export class AddressBook {
  /** Bans since the start. */
  bans = 0;
  private readonly records: AddressShelf;
  private readonly toldAllowance = new Map<string, number>();
  private readonly doors = new Map<string, DoorFigures>();
  private readonly gone = new Set<string>();
  private readonly unlimited: ReadonlySet<string>;

  constructor(
    private readonly limits: GuardLimits,
    private readonly options: GuardOptions,
  ) {
    this.records = new AddressShelf(limits.addresses);
    this.unlimited = new Set(options.unlimited.map(addressKey));
  }

  /** `door` names one life of a listener and is never used again. */
  report(door: string, { addresses, ...now }: DoorReport, nowMs: number): void {
    if (this.gone.has(door)) return;
    const { connections, strangers, guests, waiting, pendingBytes, longestSatMs, full } = now;
    const figures = { connections, strangers, guests, waiting, pendingBytes, longestSatMs, full };
    Object.assign(this.doorOf(door), figures);
    for (const news of addresses) this.hear(door, news, nowMs);
  }

  /** The listener is gone, and its connections with it; what it said last may still arrive. */
  ended(door: string): void {
    this.doors.delete(door);
    this.gone.add(door);
    for (const [address, record] of this.records) if (record.presence.delete(door)) this.touch(address);
  }

  /** What `door` does not know yet; null for nothing. Everything, for one that is asked about for the first time. */
  news(door: string, nowMs: number): NodeStanding | null {
    const figures = this.doorOf(door);
    const totals = this.totals(figures);
    const { told, untold } = figures;
    if (told !== null && isSame(told, totals) && untold.size === 0) return null;
    figures.told = totals;
    const addresses: Standing[] = [];
    const forgotten: string[] = [];
    for (const address of untold) {
      const record = this.records.get(address);
      if (record === undefined) forgotten.push(address);
      else addresses.push(this.standing(address, record, door, nowMs));
    }
    untold.clear();
    return { ...totals, addresses, forgotten };
  }

  /** Forgets those about whom there is nothing to know; called every few seconds. */
  sweep(nowMs: number): void {
    for (const [address, record] of this.records) {
      if (record.isBlank(nowMs)) this.forget(address);
      else this.touchIfMoved(address, record, nowMs);
    }
  }

  /** No listener takes connections. */
  get isFull(): boolean {
    for (const { full } of this.doors.values()) if (!full) return false;
    return this.doors.size > 0;
  }

  figures(nowMs: number): BookFigures {
    let banned = 0;
    for (const [, record] of this.records) if (record.isBanned(nowMs)) banned++;
    let connections = 0;
    let strangers = 0;
    let pendingBytes = 0;
    for (const door of this.doors.values()) {
      connections += door.connections;
      strangers += door.strangers;
      pendingBytes += door.pendingBytes;
    }
    return { addresses: this.records.size, banned, connections, strangers, pendingBytes };
  }

  /** Who has proved work, with how much of it. */
  proofs(): KeptProof[] {
    const kept: KeptProof[] = [];
    for (const [address, record] of this.records) {
      const proof = record.proof();
      if (proof !== null) kept.push({ address, ...proof });
    }
    return kept;
  }

  /** As `proofs` gave it in an earlier run; before the first report. */
  restore(kept: readonly KeptProof[], nowMs: number): void {
    for (const { address, ...proof } of kept) {
      if (nowMs - proof.provedMs >= this.limits.proofLifeMs) continue;
      const record = this.recordOf(address, nowMs);
      record.restore(proof, nowMs);
      this.shelve(address, record, nowMs);
    }
  }

  private hear(door: string, news: AddressNews, nowMs: number): void {
    const { address, open, connects, work, sittingMs, faults, empty } = news;
    if (open + work + faults + empty + sittingMs === 0 && connects === 0 && !this.records.has(address))
      return;
    const record = this.recordOf(address, nowMs);
    const moved = record.isPresent(door, news);
    if (connects !== 0) record.connected(connects, nowMs);
    const wasBanned = record.isBanned(nowMs);
    const wasSuspect = record.suspectUntilMs(nowMs) > 0;
    if (work > 0) {
      record.worked(work, news.coveredMs, nowMs);
      this.shelve(address, record, nowMs);
    }
    record.countWorking(nowMs);
    record.sat(sittingMs, nowMs);
    if (faults > 0 && record.faulted(faults, nowMs)) this.bans++;
    if (faults + empty > 0) record.suspected(nowMs);
    const isSuspect = record.suspectUntilMs(nowMs) > 0;
    const changed = record.isBanned(nowMs) !== wasBanned || isSuspect !== wasSuspect;
    if (moved || connects !== 0 || sittingMs > 0 || changed) this.touch(address);
    else this.touchIfMoved(address, record, nowMs);
  }

  private totals(own: DoorFigures): Totals {
    const { nodeConnections } = this.options;
    const others = Array.from(this.doors.values()).filter((each) => each !== own);
    const sum = (count: (each: DoorFigures) => number): number =>
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
  private mostOf(own: DoorFigures, onNode: number, count: (each: DoorFigures) => number): number {
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

  private standing(address: string, record: AddressRecord, door: string, nowMs: number): Standing {
    let openElsewhere = 0;
    let strangersElsewhere = 0;
    let unpaidElsewhere = 0;
    for (const [other, { open, strangers, unpaid }] of record.presence) {
      if (other === door) continue;
      openElsewhere += open;
      strangersElsewhere += strangers;
      unpaidElsewhere += unpaid;
    }
    const allowance = record.allowance(nowMs);
    this.toldAllowance.set(address, allowance);
    return {
      address,
      openElsewhere,
      strangersElsewhere,
      unpaidElsewhere,
      allowance,
      connects: record.connectsLeft(nowMs),
      bannedUntilMs: record.bannedUntilMs,
      suspectUntilMs: record.suspectUntilMs(nowMs),
      harmUntilMs: record.harmUntilMs(nowMs),
      sittingMs: record.sittingMs(nowMs),
    };
  }

  private touchIfMoved(address: string, record: AddressRecord, nowMs: number): void {
    const told = this.toldAllowance.get(address) ?? this.options.strangersPerAddress;
    const allowance = record.allowance(nowMs);
    if (Math.abs(allowance - told) > told * WORTH_TELLING) this.touch(address);
  }

  private touch(address: string): void {
    for (const { untold } of this.doors.values()) untold.add(address);
  }

  private forget(address: string): void {
    this.records.delete(address);
    this.toldAllowance.delete(address);
    this.touch(address);
  }

  private recordOf(address: string, nowMs: number): AddressRecord {
    const known = this.records.get(address);
    if (known !== undefined) return known;
    const record = new AddressRecord(this.limits, this.options, this.unlimited.has(address), nowMs);
    this.shelve(address, record, nowMs);
    return record;
  }

  /** After its first proof, and after each further one, so that those who mine are looked at last. */
  private shelve(address: string, record: AddressRecord, nowMs: number): void {
    const givenUp = this.records.put(address, record, nowMs);
    if (givenUp === null) return;
    this.toldAllowance.delete(givenUp);
    this.touch(givenUp);
  }

  private doorOf(door: string): DoorFigures {
    const known = this.doors.get(door);
    if (known !== undefined) return known;
    const figures: DoorFigures = {
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

function isSame(told: Totals, now: Totals): boolean {
  return (Object.keys(now) as (keyof Totals)[]).every((name) => told[name] === now[name]);
}
