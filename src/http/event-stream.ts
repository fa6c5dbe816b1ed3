/**
 * `GET /api/v1/events`: the pool's events as Server-Sent Events, from now on. Each reader has its bounded place at
 * the bus and its socket is written to only while it takes bytes: one that falls behind loses the oldest events and
 * is told how many (`event: dropped`); one that takes nothing for a while is cut. Miners' IP addresses are left out.
 */
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { EventName, EventSubscription, PoolEvent, SubscribeOptions } from '../events/index.js';
import type { Timers } from '../lib/index.js';
import { HttpError } from './http-error.js';
import { queryOf } from './query.js';

/** The event bus, as far as readers need it. */
export interface EventSource {
  subscribe(options: SubscribeOptions): EventSubscription;
}

/** Where the stream's own figures go; satisfied by `metrics`. */
export interface StreamMetrics {
  streams(open: number): void;
  streamCut(reason: 'slow' | 'full'): void;
}

const MAX_STREAMS = 100;
const QUEUED_EVENTS = 1_000;
const BATCH = 64;
const SLOW_MS = 10_000;
/** Proxies close what is silent for a minute. */
const HEARTBEAT_MS = 15_000;
const RECONNECT_MS = 3_000;

/** Satisfied for every name at compile time, so that a new event is not forgotten here. */
const NAMES = {
  share_submitted: true,
  block_found: true,
  miner_connected: true,
  miner_disconnected: true,
  diff_updated: true,
  hashrate_update: true,
  new_block_network: true,
  share_best_diff: true,
  asicboost_detected: true,
} as const satisfies Record<EventName, true>;

const isName = (text: string): text is EventName => Object.hasOwn(NAMES, text);

const streamQuery = z.strictObject({
  events: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.custom<EventName>((name) => typeof name === 'string' && isName(name), 'names no event')))
    .optional(),
});

interface Reader {
  readonly response: Response;
  readonly subscription: EventSubscription;
  told: number;
  blocked: boolean;
}

export class EventStreams {
  private readonly readers = new Set<Reader>();
  private readonly stopBeating: () => void;

  constructor(
    private readonly source: EventSource,
    private readonly timers: Timers,
    private readonly metrics: StreamMetrics | null,
  ) {
    this.stopBeating = timers.every(HEARTBEAT_MS, () => this.beat());
  }

  readonly route = (request: Request, response: Response): void => {
    const { events } = queryOf(streamQuery, request);
    if (this.readers.size >= MAX_STREAMS) {
      this.metrics?.streamCut('full');
      throw new HttpError(503, 'STREAM_FULL', 'too many readers of the event stream', 'Try again later.');
    }
    response.set({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      connection: 'close',
    });
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    response.flushHeaders();
    response.write(`retry: ${RECONNECT_MS}\n\n`);
    const subscription = this.source.subscribe({ capacity: QUEUED_EVENTS, events: events ?? null });
    const reader: Reader = { response, subscription, told: 0, blocked: false };
    this.readers.add(reader);
    this.metrics?.streams(this.readers.size);
    response.once('close', () => this.forget(reader));
    void this.serve(reader);
  };

  /** Ends every stream; for a server that stops. */
  close(): void {
    this.stopBeating();
    for (const reader of [...this.readers]) {
      this.forget(reader);
      reader.response.end();
    }
  }

  private forget(reader: Reader): void {
    reader.subscription.close();
    if (this.readers.delete(reader)) this.metrics?.streams(this.readers.size);
  }

  private async serve(reader: Reader): Promise<void> {
    const { response, subscription } = reader;
    for (;;) {
      const events = await subscription.next(BATCH);
      if (events.length === 0) return;
      let text = '';
      const missed = subscription.dropped - reader.told;
      if (missed > 0) {
        reader.told = subscription.dropped;
        text = `event: dropped\ndata: ${JSON.stringify({ count: missed })}\n\n`;
      }
      for (const event of events) text += frame(event);
      if (response.write(text)) continue;
      reader.blocked = true;
      if (!(await this.drained(response))) return;
      reader.blocked = false;
    }
  }

  /** False when the reader went away or was cut for taking nothing. */
  private drained(response: Response): Promise<boolean> {
    return new Promise((resolve) => {
      const done = (drained: boolean): void => {
        cancel();
        response.off('drain', onDrain);
        response.off('close', onClose);
        resolve(drained);
      };
      const onDrain = (): void => done(true);
      const onClose = (): void => done(false);
      const cancel = this.timers.after(SLOW_MS, () => {
        this.metrics?.streamCut('slow');
        response.destroy();
        done(false);
      });
      response.once('drain', onDrain);
      response.once('close', onClose);
    });
  }

  private beat(): void {
    for (const { response, blocked } of this.readers) if (!blocked) response.write(':\n\n');
  }
}

function frame(event: PoolEvent): string {
  const { ip: _, ...data } = event.data as { ip?: string };
  return `id: ${event.event_id}\nevent: ${event.event}\ndata: ${JSON.stringify({ ...event, data })}\n\n`;
}
