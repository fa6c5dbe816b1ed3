/**
 * The coordinator's memory of addresses: what the doors of all listeners report about them comes together here, and
 * how each address stands on the node goes back to every door. A door decides by itself between two exchanges, so
 * for that long an address may get at each door what it should get once; who came last goes when they have heard of each other.
 */
import { addressKey } from './address-key.js';
import { AddressRecord, type Proof } from './address-record.js';
import { AddressShelf } from './address-shelf.js';
import type { GuardLimits, GuardOptions } from './guard-limits.js';
import type { AddressNews, DoorReport, NodeStanding, Standing } from './guard-news.js';
import { NodeDoors } from './node-doors.js';

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
  private readonly doors: NodeDoors;
  private readonly unlimited: ReadonlySet<string>;

  constructor(
    private readonly limits: GuardLimits,
    private readonly options: GuardOptions,
  ) {
    this.records = new AddressShelf(limits.addresses);
    this.doors = new NodeDoors(limits, options, this.records);
    this.unlimited = new Set(options.unlimited.map(addressKey));
  }

  /** `door` names one life of a listener and is never used again. */
  report(door: string, { addresses, ...now }: DoorReport, nowMs: number): void {
    if (!this.doors.report(door, now)) return;
    for (const news of addresses) this.hear(door, news, nowMs);
  }

  /** The listener is gone, and its connections with it; what it said last may still arrive. */
  ended(door: string): void {
    this.doors.ended(door);
    for (const [address, record] of this.records) {
      if (record.presence.delete(door)) this.doors.touch(address);
    }
  }

  /** What `door` does not know yet; null for nothing. Everything, for one that is asked about for the first time. */
  news(door: string, nowMs: number): NodeStanding | null {
    const news = this.doors.news(door);
    if (news === null) return null;
    const addresses: Standing[] = [];
    const forgotten: string[] = [];
    for (const address of news.untold) {
      const record = this.records.get(address);
      if (record === undefined) forgotten.push(address);
      else addresses.push(this.standing(address, record, door, nowMs));
    }
    return { ...news.totals, addresses, forgotten };
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
    return this.doors.isFull;
  }

  figures(nowMs: number): BookFigures {
    let banned = 0;
    for (const [, record] of this.records) if (record.isBanned(nowMs)) banned++;
    return { addresses: this.records.size, banned, ...this.doors.figures() };
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
    if (moved || connects !== 0 || sittingMs > 0 || changed) this.doors.touch(address);
    else this.touchIfMoved(address, record, nowMs);
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
    if (Math.abs(allowance - told) > told * WORTH_TELLING) this.doors.touch(address);
  }

  private forget(address: string): void {
    this.records.delete(address);
    this.toldAllowance.delete(address);
    this.doors.touch(address);
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
    this.doors.touch(givenUp);
  }
}
