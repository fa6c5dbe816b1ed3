import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../../src/lib/index.js';
import type { ToListener } from '../../../src/roles/process-messages.js';
import { closingLimitMs, RoundBarrier } from '../../../src/roles/round-barrier.js';

const LIMIT_MS = 30_000;

/** `starting`: those that hear, and have not opened their ports. */
function bed(lives: readonly string[], starting: readonly string[] = []) {
  const told: [string, ToListener | null][] = [];
  const killed: string[] = [];
  const hung: (readonly string[])[] = [];
  const atEnd: Record<string, number> = { 'shard-0': 100, 'shard-1': 200, 'shard-2': 300 };
  const clock = new ManualClock();
  const barrier = new RoundBarrier(
    {
      tellEach(messageFor) {
        for (const life of lives) told.push([life, messageFor(life)]);
      },
      kill(life) {
        if (starting.includes(life)) return false;
        killed.push(life);
        return true;
      },
    },
    () => ({ ...atEnd }),
    () => LIMIT_MS,
    (_round, listeners) => hung.push(listeners),
    clock,
  );
  const reply = (life: string, shard: string, lastBatch: number | null, round = 7n): void =>
    barrier.onReply(life, { kind: 'round-closed', round, shard, lastBatch });
  return { barrier, told, reply, clock, killed, hung, atEnd };
}

async function isOpen(promise: Promise<unknown>): Promise<boolean> {
  return (
    (await Promise.race([promise, new Promise((resolve) => setImmediate(() => resolve('open')))])) === 'open'
  );
}

describe('the barrier across listeners', () => {
  it('waits for every listener, and takes their word for where their shards end', async () => {
    const { barrier, told, reply } = bed(['a', 'b']);
    const bounds = barrier.close(7n);
    expect(told).toEqual([
      ['a', { kind: 'close-round', round: 7n }],
      ['b', { kind: 'close-round', round: 7n }],
    ]);
    reply('a', 'shard-0', 42);
    reply('b', 'shard-1', 43, 6n);
    expect(await isOpen(bounds)).toBe(true);
    reply('b', 'shard-1', 43);
    expect(await bounds).toEqual({ 'shard-0': 42, 'shard-1': 43, 'shard-2': 300 });
  });

  it('reads the shard of a listener that died, or whose disk did not answer, from the file', async () => {
    const { barrier, reply } = bed(['a', 'b']);
    const bounds = barrier.close(7n);
    reply('a', 'shard-0', null);
    expect(await isOpen(bounds)).toBe(true);
    barrier.gone('b');
    expect(await bounds).toEqual({ 'shard-0': 100, 'shard-1': 200, 'shard-2': 300 });
  });

  it('needs no listener to close a round', async () => {
    expect(await bed([]).barrier.close(7n)).toMatchObject({ 'shard-0': 100 });
  });

  it('tells a listener that starts later which round is closed', async () => {
    const { barrier } = bed([]);
    expect([...barrier.greeting()]).toEqual([]);
    await barrier.close(7n);
    expect([...barrier.greeting()]).toEqual([{ kind: 'close-round', round: 7n }]);
  });

  it('kills a listener that does not answer in time, and reads its shard from the file once it has ended', async () => {
    const { barrier, reply, clock, killed, hung, atEnd } = bed(['a', 'b']);
    const bounds = barrier.close(7n);
    reply('a', 'shard-0', 42);
    clock.advance(LIMIT_MS - 1);
    expect([await isOpen(bounds), killed]).toEqual([true, []]);
    clock.advance(1);
    expect([await isOpen(bounds), killed, hung]).toEqual([true, ['b'], [['b']]]);
    // What it committed until it was killed.
    atEnd['shard-1'] = 201;
    barrier.gone('b');
    expect(await bounds).toEqual({ 'shard-0': 42, 'shard-1': 201, 'shard-2': 300 });
  });

  it('does not wait for a killed listener that the disk does not let go, which answers no miner any more', async () => {
    const { barrier, clock, killed } = bed(['a']);
    const bounds = barrier.close(7n);
    clock.advance(LIMIT_MS);
    expect([await isOpen(bounds), killed]).toEqual([true, ['a']]);
    clock.advance(2_000);
    expect(await bounds).toEqual({ 'shard-0': 100, 'shard-1': 200, 'shard-2': 300 });
  });

  it('lets a listener go on that waits for its shard at its start: it never had work of the round', async () => {
    const { barrier, clock, killed, hung } = bed(['a'], ['a']);
    const bounds = barrier.close(7n);
    clock.advance(LIMIT_MS);
    clock.advance(2_000);
    expect(await bounds).toMatchObject({ 'shard-0': 100 });
    expect([killed, hung]).toEqual([[], []]);
  });

  it('kills nobody after a round that all closed in time', async () => {
    const { barrier, reply, clock, killed } = bed(['a']);
    const bounds = barrier.close(7n);
    reply('a', 'shard-0', 42);
    await bounds;
    clock.advance(10 * LIMIT_MS);
    expect(killed).toEqual([]);
  });

  it('has the grace again as its limit, but never less than five seconds', () => {
    // A Koii round of 800 slots of 400 ms: a twentieth of 320 s.
    expect(closingLimitMs({ startMs: 0, endMs: 320_000 })).toBe(16_000);
    expect(closingLimitMs({ startMs: 0, endMs: 86_400_000 })).toBe(30_000);
    expect(closingLimitMs({ startMs: 0, endMs: 10_000 })).toBe(5_000);
  });
});
