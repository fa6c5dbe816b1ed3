/**
 * Who comes into one listener, and who gives up a place for it. It knows its own visitors at once, and how their
 * addresses stand on the whole node from what the coordinator last said.
 */
import { addressKey } from './address-key.js';
import type { GuardLimits, GuardOptions } from './guard-limits.js';
import type { DoorReport, NodeStanding } from './guard-news.js';
import { LocalAddress, type LocalStay } from './local-address.js';
import { type Place, Places } from './places.js';
import { Stay } from './stay.js';
import { Turns } from './turns.js';
import { DoorVisit, type Visit, type VisitHost } from './visit.js';

/** Why a connection is not let in. */
export type Refusal = 'banned' | 'address-full' | 'over-share' | 'too-fast' | 'strangers-full' | 'full';

export class Door {
  private readonly places: Places;
  private readonly locals = new Map<string, LocalAddress>();
  private newsOf: LocalAddress[] = [];
  private drops: Record<string, number> = {};
  private readonly unlimited: ReadonlySet<string>;
  private readonly mostOfAddress: number;
  /** As many of an address may wait besides those that it may have. */
  private readonly mostUnpaid: number;
  private readonly turns: Turns;
  private readonly host: VisitHost;

  /** `startDifficulty`: of which a share counts one. */
  constructor(
    private readonly limits: GuardLimits,
    private readonly options: GuardOptions,
    startDifficulty: number,
  ) {
    this.unlimited = new Set(options.unlimited.map(addressKey));
    this.mostOfAddress = Math.ceil(options.nodeConnections * limits.addressPart);
    this.mostUnpaid = options.nodeConnections * limits.strangersPart * limits.crowdPart;
    this.turns = new Turns(limits, (local, nowMs) => this.serveFirst(local, nowMs));
    this.places = new Places(limits, options);
    this.host = {
      limits,
      startDifficulty,
      mayBegin: (stay, nowMs) => this.mayBegin(stay, nowMs),
      works: (stay) => this.places.works(stay),
      mark: (local) => this.mark(local),
      end: (stay, nowMs) => this.left(stay, nowMs),
    };
  }

  get connections(): number {
    return this.places.connections;
  }

  /** Connections without a miner's work. */
  get strangers(): number {
    return this.places.strangers;
  }

  /** Of them, those on places that their address has not earned. */
  get guests(): number {
    return this.places.guests.size;
  }

  /** Whether there may be another connection here. */
  get hasRoom(): boolean {
    return this.places.hasRoom;
  }

  /** There may not, but somebody here may have to yield. */
  get canMakeRoom(): boolean {
    return this.places.canMakeRoom;
  }

  /** The room for strangers is nearly taken. */
  get crowded(): boolean {
    return this.places.crowded;
  }

  enter(remoteAddress: string, nowMs: number): Visit | Refusal {
    const local = this.localOf(addressKey(remoteAddress), nowMs);
    this.mark(local);
    const place = local.limited ? this.placeFor(local, nowMs) : this.places.onNode(local, false, nowMs);
    if (typeof place === 'string') {
      local.news.refused++;
      return place;
    }
    if (place.of !== null) this.yield(place.of, nowMs);
    const stay = new Stay(local, local.limited, place.guest, nowMs);
    if (!local.paysLater) {
      local.pay(nowMs);
      local.serve(stay, nowMs);
    } else local.unpaid++;
    this.places.enter(stay);
    return new DoorVisit(this.host, stay);
  }

  /** For the report: a connection was ended or not let in. */
  dropped(reason: string): void {
    this.drops[reason] = (this.drops[reason] ?? 0) + 1;
  }

  /** Called a few times a second: of those who wait the next go on. */
  serve(nowMs: number): void {
    this.turns.serve(nowMs);
  }

  /** What happened since the last report. */
  takeReport(pendingBytes: number, full: boolean, nowMs: number): DoorReport {
    this.places.sweep(nowMs, ({ local }) => this.mark(local));
    const addresses = this.newsOf.map((local) => local.takeNews());
    for (const local of this.newsOf) this.forgetIfBlank(local);
    this.newsOf = [];
    const { connections, strangers, guests, drops } = this;
    const longestSatMs = this.places.longestSatMs(nowMs);
    const waiting = this.turns.size;
    this.drops = {};
    return { connections, strangers, guests, waiting, pendingBytes, longestSatMs, full, drops, addresses };
  }

  /** What the coordinator says. Where doors together let too many in, each that has more than its part of them sheds. */
  learn(standing: NodeStanding, nowMs: number): void {
    const { places } = this;
    places.learn(standing);
    this.turns.learn(standing.waitingElsewhere, standing.doors);
    for (const each of standing.addresses) {
      const local = this.localOf(each.address, nowMs);
      local.learn(each, nowMs);
      places.weigh(local);
      const latest = local.latest(nowMs, { onlyGuests: true });
      for (let over = local.tooMany(places.doors); over > 0; over--) {
        const own = local.yields(nowMs) ?? latest.next().value;
        // One that worked once goes only where its place is needed.
        if (own === null || (own.idle && places.hasRoom)) break;
        this.yield(own, nowMs);
      }
      const last = local.latest(nowMs);
      for (let over = local.overShare(this.mostOfAddress, places.doors); over > 0; over--) {
        const own = last.next().value;
        if (own === null) break;
        this.yield(own, nowMs);
      }
    }
    for (const address of standing.forgotten) {
      const local = this.locals.get(address);
      if (local === undefined) continue;
      local.forgotten();
      places.weigh(local);
      this.forgetIfBlank(local);
    }
    for (const stay of places.surplus(nowMs)) this.yield(stay, nowMs);
  }

  private placeFor(local: LocalAddress, nowMs: number): Place | Refusal {
    if (nowMs < local.bannedUntilMs) return 'banned';
    const mayConnect = local.paysLater || local.connects.left(nowMs) >= 1;
    const isOverShare = local.openOnNode >= this.mostOfAddress;
    const mayWait = local.paysLater && local.unpaidOnNode < this.mostUnpaid;
    if (isOverShare || (local.isAtAllowance && !mayWait)) {
      const own = mayConnect ? local.yields(nowMs) : null;
      if (own !== null) return { of: own, guest: own.guest };
      const hasPart = mayConnect && !isOverShare && local.hasPart(this.places.doors);
      if (!hasPart) return isOverShare ? 'over-share' : 'address-full';
    }
    if (!mayConnect) return 'too-fast';
    return local.hasEarnedPlace
      ? this.places.onNode(local, false, nowMs)
      : this.places.forGuest(local, nowMs);
  }

  private yield(stay: LocalStay, nowMs: number): void {
    const { local } = stay;
    local.news.refused++;
    // Or it would come back as somebody who did nothing.
    if (stay.floods) local.news.faults++;
    if (this.isSilent(stay, nowMs)) local.news.empty++;
    this.end(stay, nowMs);
    stay.occupant?.yieldPlace();
  }

  /** It had time to log in and did not, and nobody of its address has: one slow line among a farm's is no harm. */
  private isSilent(stay: LocalStay, nowMs: number): boolean {
    const { crowdedGraceMs, crowdedTenureMs } = this.limits;
    if (stay.ready || stay.waits || !stay.hadTime(crowdedGraceMs, crowdedTenureMs, nowMs)) return false;
    for (const other of stay.local.strangers) if (other.ready) return false;
    return true;
  }

  private left(stay: LocalStay, nowMs: number): void {
    if (!stay.gone && stay.stranger && !stay.ready) stay.local.news.empty++;
    this.end(stay, nowMs);
  }

  private end(stay: LocalStay, nowMs: number): void {
    if (stay.gone) return;
    stay.gone = true;
    const { local } = stay;
    if (!stay.paid) local.unpaid--;
    local.unqueue(stay);
    if (stay.paid && !stay.stranger) local.mayReturn();
    if (stay.guest && stay.stranger && !stay.waits) local.sat(stay.sittingMs(this.limits, nowMs), nowMs);
    this.places.leave(stay);
    this.mark(local);
  }

  private mayBegin(stay: LocalStay, nowMs: number): boolean {
    if (stay.paid) return true;
    const { local } = stay;
    this.mark(local);
    if (local.waiting === 0 && local.canPay(nowMs) && this.makesRoom(local, nowMs)) {
      local.pay(nowMs);
      this.settle(stay, nowMs);
    } else {
      local.enqueue(stay);
      this.turns.add(local);
    }
    return stay.paid;
  }

  /** Whether the first of those who wait went on. */
  private serveFirst(local: LocalAddress, nowMs: number): boolean {
    const stay = local.first;
    if (stay === null || !this.makesRoom(local, nowMs)) return false;
    this.mark(local);
    this.settle(stay, nowMs);
    stay.onTurn();
    return true;
  }

  private settle(stay: LocalStay, nowMs: number): void {
    stay.local.unpaid--;
    stay.local.serve(stay, nowMs);
  }

  /** Who is served takes its place among the strangers that the address may have; one that had its time leaves it. */
  private makesRoom(local: LocalAddress, nowMs: number): boolean {
    if (!local.isServedOut) return true;
    const own = local.yields(nowMs, { served: true });
    if (own !== null) this.yield(own, nowMs);
    return own !== null;
  }

  private mark(local: LocalAddress): void {
    if (local.hasNews) return;
    local.hasNews = true;
    this.newsOf.push(local);
  }

  private localOf(address: string, nowMs: number): LocalAddress {
    const known = this.locals.get(address);
    if (known !== undefined) return known;
    const local = new LocalAddress(address, !this.unlimited.has(address), this.limits, this.options, nowMs);
    this.locals.set(address, local);
    return local;
  }

  private forgetIfBlank(local: LocalAddress): void {
    if (local.isBlank) this.locals.delete(local.address);
  }
}
