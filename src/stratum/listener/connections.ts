/**
 * The connections of one listener, from the first word to the last: each is given a session with an extranonce1 of its
 * own, is looked after once a second, and counts in what the listener says of itself.
 */
import type { Socket } from 'node:net';
import { errorMessage, OnceAMinute } from '../../lib/index.js';
import { addressKey } from '../guard/address-key.js';
import type { Visit } from '../guard/visit.js';
import { Session } from '../session/session.js';
import type { FixedRule, SessionRules } from '../session/session-rules.js';
import type { Peer } from '../transport/peer.js';
import { Census } from './census.js';
import { Connection } from './connection.js';
import type { Floor } from './floor.js';
import { FreeExtranonces } from './free-extranonces.js';
import type { ListenerDeps, ListenerStats } from './listener-deps.js';
import type { ListenerOptions } from './listener-options.js';
import { MinerReport } from './miner-report.js';

/** Looked after before the event loop goes round: about 2 ms. */
const TICK_CHUNK = 1_000;

export class Connections {
  private readonly open = new Set<Connection>();
  private readonly unlimited: ReadonlySet<string>;
  private rules: SessionRules;
  /** Some still wait for this second's look at them. */
  private ticking = false;
  /** Of the last look at all. */
  private census = new Census();
  private onEmpty: (() => void) | null = null;
  private readonly sentAway = new OnceAMinute();
  private readonly extranonces: FreeExtranonces;

  /** `onGone` is called after each that has closed. */
  constructor(
    private readonly options: ListenerOptions,
    private readonly deps: Pick<ListenerDeps, 'events' | 'metrics' | 'logger' | 'timers'>,
    private readonly floor: Floor,
    private readonly onGone: () => void,
  ) {
    this.rules = { ...options, fixed: 'holds', memory: floor.memory };
    this.extranonces = new FreeExtranonces(
      () => options.extranonce1.allocate(),
      () => this.extranoncesInUse(),
    );
    this.unlimited = new Set(options.guard.unlimited.map(addressKey));
  }

  get size(): number {
    return this.open.size;
  }

  [Symbol.iterator](): IterableIterator<Connection> {
    return this.open.values();
  }

  /** From now on `socket` is a miner's. */
  accept(socket: Socket, peer: Peer, visit: Visit): void {
    const { extranonce1, highPort } = this.options;
    const { events, metrics, logger, timers } = this.deps;
    let counter: number;
    try {
      counter = this.extranonces.next();
    } catch (error) {
      this.sentAway.say(timers.nowMs(), (others) =>
        logger.error(
          { error: errorMessage(error), others },
          'no extranonce for a new miner, which is sent away',
        ),
      );
      visit.left(timers.nowMs());
      socket.destroy();
      return;
    }
    const rules: SessionRules = this.isUnlimited(peer.ip) ? { ...this.rules, fixed: 'holds' } : this.rules;
    const session = new Session(
      peer.port === 'high' ? { ...rules, ...highPort } : rules,
      this.floor.board,
      Uint8Array.of(extranonce1.prefix, counter >>> 16, counter >>> 8, counter),
      timers.nowMs(),
    );
    const report = new MinerReport(session, events, metrics);
    const connection = new Connection(socket, session, report, this.floor, visit, peer.ip, () =>
      this.forget(connection),
    );
    this.open.add(connection);
    metrics?.connections(this.open.size);
  }

  /** What vardiff steers every miner to from now on. */
  setShareInterval(shareIntervalMs: number, fixed: FixedRule): void {
    const nowMs = this.deps.timers.nowMs();
    this.rules = { ...this.rules, shareIntervalMs, fixed };
    for (const { session, ip } of this.open) {
      const rule = this.isUnlimited(ip) ? 'holds' : fixed;
      session.difficultySetting.setShareInterval(shareIntervalMs, rule, nowMs);
    }
  }

  /** Once a second; nothing happens while the last look goes on. */
  tick(): void {
    if (!this.ticking) this.tickSome(this.open.values(), new Census());
  }

  /** Resolves when there are none. */
  empty(): Promise<void> {
    return new Promise((resolve) => {
      if (this.open.size === 0) resolve();
      else this.onEmpty = resolve;
    });
  }

  /** Rows of the share log that shares still to come may name. */
  rowsInUse(): { readonly workers: number[]; readonly signatures: Set<number> } {
    const workers: number[] = [];
    const signatures = new Set<number>();
    for (const { session } of this.open) {
      for (const { row } of session.workers.values()) workers.push(row);
      for (const row of session.signatureRows()) signatures.add(row);
    }
    return { workers, signatures };
  }

  private *extranoncesInUse(): Generator<Uint8Array> {
    for (const { session } of this.open) yield session.extranonce1;
    yield* this.floor.pasts.extranonces();
  }

  /** Of few as they are now; of more than are looked at in one go as they were when all had last been. */
  stats(): Pick<ListenerStats, 'connections' | 'miners' | 'sharing' | 'rollingMiners'> {
    if (this.open.size <= TICK_CHUNK) {
      const nowMs = this.deps.timers.nowMs();
      this.census = new Census();
      for (const { session } of this.open) this.census.add(session, nowMs);
    }
    const { miners, sharing, rollingMiners } = this.census;
    return { connections: this.open.size, miners, sharing, rollingMiners };
  }

  private isUnlimited(ip: string): boolean {
    return this.unlimited.size > 0 && this.unlimited.has(addressKey(ip));
  }

  private forget(connection: Connection): void {
    this.open.delete(connection);
    this.deps.metrics?.connections(this.open.size);
    this.onGone();
    if (this.open.size === 0) this.onEmpty?.();
  }

  private tickSome(rest: Iterator<Connection>, census: Census): void {
    const nowMs = this.deps.timers.nowMs();
    for (let left = TICK_CHUNK; left > 0; left--) {
      const { value, done } = rest.next();
      this.ticking = done !== true;
      if (done === true) {
        this.census = census;
        return;
      }
      value.tick(nowMs);
      census.add(value.session, nowMs);
    }
    setImmediate(() => this.tickSome(rest, census));
  }
}
