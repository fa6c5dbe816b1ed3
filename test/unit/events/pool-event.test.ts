import { describe, expect, it } from '@jest/globals';
import { EVENT_NAMES, EventBus, type EventName } from '../../../src/events/index.js';
import { poolEventSchema } from '../../../src/events/pool-event.js';
import { ManualClock } from '../../../src/lib/index.js';
import { EVENT_SAMPLES } from './event-samples.js';

async function published(name: EventName): Promise<Record<string, unknown>> {
  const bus = new EventBus(
    { source: 'listener-1', node: 'node-a' },
    new ManualClock(1_700_000_000_123),
    null,
  );
  const reader = bus.subscribe({ capacity: 1, events: null });
  bus.publish(name, EVENT_SAMPLES[name]);
  const [event] = await reader.next(1);
  return JSON.parse(JSON.stringify(event));
}

describe('the nine events', () => {
  it('are the nine of the catalogue', () => {
    expect([...EVENT_NAMES].sort()).toEqual([
      'asicboost_detected',
      'block_found',
      'diff_updated',
      'hashrate_update',
      'miner_connected',
      'miner_disconnected',
      'new_block_network',
      'share_best_diff',
      'share_submitted',
    ]);
  });

  it.each(EVENT_NAMES)('%s, published and sent as JSON, satisfies the schema of version 1', async (name) => {
    const event = await published(name);
    expect(poolEventSchema.parse(event)).toEqual(event);
    expect(event).toMatchObject({
      version: 1,
      event: name,
      ts: '2023-11-14T22:13:20.123Z',
      source: 'listener-1',
      node: 'node-a',
    });
  });

  it.each(EVENT_NAMES)('%s without one of its fields, or with one more, is refused', async (name) => {
    const event = await published(name);
    const data = event.data as Record<string, unknown>;
    for (const field of Object.keys(data)) {
      const { [field]: _, ...rest } = data;
      expect(poolEventSchema.safeParse({ ...event, data: rest }).success).toBe(false);
    }
    expect(poolEventSchema.safeParse({ ...event, data: { ...data, extra: 1 } }).success).toBe(false);
  });

  it('refuses another version and a payload under the wrong name', async () => {
    const event = await published('block_found');
    expect(poolEventSchema.safeParse({ ...event, version: 2 }).success).toBe(false);
    expect(poolEventSchema.safeParse({ ...event, event: 'share_submitted' }).success).toBe(false);
  });
});
