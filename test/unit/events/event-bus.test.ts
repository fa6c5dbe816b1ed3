import { describe, expect, it } from '@jest/globals';
import { EventBus, type EventBusMetrics, type PoolEvent } from '../../../src/events/index.js';
import { ManualClock } from '../../../src/lib/index.js';
import { EVENT_SAMPLES } from './event-samples.js';

function bus(metrics: EventBusMetrics | null = null): EventBus {
  return new EventBus({ source: 'listener-1', node: 'node-a' }, new ManualClock(1_700_000_000_000), metrics);
}

function publishHeights(on: EventBus, from: number, to: number): void {
  for (let height = from; height <= to; height++) {
    on.publish('new_block_network', { ...EVENT_SAMPLES.new_block_network, height });
  }
}

function heights(events: readonly PoolEvent[]): number[] {
  return events.map((event) => (event.event === 'new_block_network' ? event.data.height : -1));
}

describe('EventBus', () => {
  it('gives every reader every event in order', async () => {
    const events = bus();
    const [first, second] = [1, 2].map(() => events.subscribe({ capacity: 10, events: null }));
    publishHeights(events, 1, 3);
    expect(heights(await first!.next(10))).toEqual([1, 2, 3]);
    expect(heights(await second!.next(2))).toEqual([1, 2]);
    expect(heights(await second!.next(2))).toEqual([3]);
  });

  it('drops the oldest for a reader that does not read, counts it, and harms no other reader', async () => {
    let dropsMeasured = 0;
    const events = bus({
      emitLatencyUs: { observe: () => undefined },
      dropped: {
        inc: (count) => {
          dropsMeasured += count;
        },
      },
    });
    const slow = events.subscribe({ capacity: 3, events: null });
    const quick = events.subscribe({ capacity: 100, events: null });
    publishHeights(events, 1, 10);
    expect(events.depth).toBe(13);
    expect(heights(await slow.next(100))).toEqual([8, 9, 10]);
    expect(heights(await quick.next(100))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect([slow.dropped, quick.dropped, events.dropped, dropsMeasured]).toEqual([7, 0, 7, 7]);
  });

  it('wakes a reader that waits, and only for what it asked for', async () => {
    const events = bus();
    const reader = events.subscribe({ capacity: 10, events: ['block_found'] });
    const next = reader.next(10);
    publishHeights(events, 1, 2);
    events.publish('block_found', EVENT_SAMPLES.block_found);
    expect((await next).map((event) => event.event)).toEqual(['block_found']);
  });

  it('tells what its readers together want, once for each change', () => {
    const events = bus();
    const told: (readonly string[])[] = [];
    events.onWanted = (names) => told.push(names);
    const all = events.subscribe({ capacity: 1, events: null });
    const blocks = events.subscribe({ capacity: 1, events: ['block_found'] });
    all.close();
    events.retune(blocks, ['block_found', 'share_submitted']);
    events.retune(blocks, ['share_submitted', 'block_found']);
    expect([events.wants('share_submitted'), events.wants('miner_connected')]).toEqual([true, false]);
    blocks.close();
    expect(told.map((names) => names.length)).toEqual([9, 1, 2, 0]);
  });

  it('publishes to nobody, to a closed reader and to a closed bus without throwing', async () => {
    const events = bus();
    publishHeights(events, 1, 1);
    const reader = events.subscribe({ capacity: 1, events: null });
    const waiting = reader.next(1);
    reader.close();
    expect(await waiting).toEqual([]);
    publishHeights(events, 2, 2);
    const other = events.subscribe({ capacity: 1, events: null });
    events.close();
    publishHeights(events, 3, 3);
    expect(await other.next(1)).toEqual([]);
    expect([events.depth, events.dropped]).toEqual([0, 0]);
  });

  it('runs none of the reader code inside publish: a reader that throws is on its own', async () => {
    const events = bus();
    const reader = events.subscribe({ capacity: 10, events: null });
    const consumer = reader.next(1).then(() => {
      throw new Error('a reader with a fault');
    });
    expect(() => publishHeights(events, 1, 2)).not.toThrow();
    await expect(consumer).rejects.toThrow('a reader with a fault');
    expect(heights(await reader.next(1))).toEqual([2]);
  });

  it('relays an event of another process with its id, time and source unchanged', async () => {
    const listener = bus();
    const carried = listener.subscribe({ capacity: 1, events: null });
    publishHeights(listener, 7, 7);
    const [event] = await carried.next(1);
    const coordinator = new EventBus({ source: 'coordinator', node: 'node-a' }, new ManualClock(9e12), null);
    const reader = coordinator.subscribe({ capacity: 1, events: null });
    coordinator.relay(structuredClone(event!));
    expect(await reader.next(1)).toEqual([event]);
  });
});
