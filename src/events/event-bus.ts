/**
 * Hands events to whoever listens, without mining ever noticing: `publish` puts an object into each reader's ring
 * and returns. It runs no reader's code, so no reader can block it or make it throw; readers pull. With nobody
 * listening an event is not even built. Hot path (called per share): one object, one id, one date text.
 *
 * Each process has a bus. A listener's is read by what carries events to the coordinator, which hands them to its
 * own bus with `relay`, id and time unchanged.
 */
import { EVENT_NAMES, EVENT_VERSION, type EventName } from './event-names.js';
import { EventSubscription } from './event-subscription.js';
import type { EventData, PoolEvent } from './pool-event.js';
import { EventIds } from './uuid-v7.js';

/** What a room that has something to tell asks for. */
export interface EventSink {
  publish<Name extends EventName>(event: Name, data: EventData[Name]): void;
}

/** Where the bus's own figures go; satisfied by `metrics`. */
export interface EventBusMetrics {
  readonly emitLatencyUs: { observe(microseconds: number): void };
  readonly dropped: { inc(count: number): void };
}

export interface EventBusOptions {
  /** This process, e.g. "listener-1". */
  readonly source: string;
  readonly node: string;
}

export interface SubscribeOptions {
  /** Events kept for a reader that is behind. */
  readonly capacity: number;
  /** Only these; null for all. */
  readonly events: readonly EventName[] | null;
}

interface Reader {
  readonly subscription: EventSubscription;
  wanted: ReadonlySet<EventName>;
}

export class EventBus implements EventSink {
  /** Called when what all readers together want has changed: what nobody wants need not be carried here. */
  onWanted: (events: readonly EventName[]) => void = () => {};
  private told = '';
  private readonly readers = new Map<EventSubscription, Reader>();
  private readonly ids = new EventIds();
  private droppedCount = 0;

  constructor(
    private readonly options: EventBusOptions,
    private readonly clock: { nowMs(): number },
    private readonly metrics: EventBusMetrics | null,
  ) {}

  /** Events waiting in all readers' rings. */
  get depth(): number {
    let depth = 0;
    for (const { subscription } of this.readers.values()) depth += subscription.depth;
    return depth;
  }

  /** Events lost by readers that were too slow, since the start. */
  get dropped(): number {
    return this.droppedCount;
  }

  publish<Name extends EventName>(event: Name, data: EventData[Name]): void {
    if (!this.wants(event)) return;
    const startedMs = performance.now();
    const nowMs = this.clock.nowMs();
    this.deliver({
      version: EVENT_VERSION,
      event_id: this.ids.next(nowMs),
      event,
      ts: new Date(nowMs).toISOString(),
      source: this.options.source,
      node: this.options.node,
      data,
    } as PoolEvent);
    this.metrics?.emitLatencyUs.observe((performance.now() - startedMs) * 1000);
  }

  /** Passes on an event that another process published. */
  relay(event: PoolEvent): void {
    this.deliver(event);
  }

  subscribe(options: SubscribeOptions): EventSubscription {
    const subscription = new EventSubscription(options.capacity, (closed) => {
      this.readers.delete(closed);
      this.tellWanted();
    });
    this.readers.set(subscription, { subscription, wanted: new Set(options.events ?? EVENT_NAMES) });
    this.tellWanted();
    return subscription;
  }

  /** From now on this reader gets other events. */
  retune(subscription: EventSubscription, events: readonly EventName[]): void {
    const reader = this.readers.get(subscription);
    if (reader === undefined) return;
    reader.wanted = new Set(events);
    this.tellWanted();
  }

  /** Ends every subscription; later events go nowhere. */
  close(): void {
    for (const subscription of [...this.readers.keys()]) subscription.close();
  }

  /** Whether anybody reads it: ask before building an event that comes with every share. */
  wants(event: EventName): boolean {
    for (const { wanted } of this.readers.values()) if (wanted.has(event)) return true;
    return false;
  }

  private tellWanted(): void {
    const wanted = EVENT_NAMES.filter((event) => this.wants(event));
    if (wanted.join() === this.told) return;
    this.told = wanted.join();
    this.onWanted(wanted);
  }

  private deliver(event: PoolEvent): void {
    for (const { subscription, wanted } of this.readers.values()) {
      if (!wanted.has(event.event)) continue;
      if (subscription.push(event)) continue;
      this.droppedCount++;
      this.metrics?.dropped.inc(1);
    }
  }
}
