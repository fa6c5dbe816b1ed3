import { describe, expect, it } from '@jest/globals';
import type { ToListener } from '../../../src/roles/process-messages.js';
import { RoundBarrier } from '../../../src/roles/round-barrier.js';

function bed(lives: readonly string[]) {
  const told: [string, ToListener | null][] = [];
  const atEnd = { 'shard-0': 100, 'shard-1': 200, 'shard-2': 300 };
  const barrier = new RoundBarrier(
    {
      tellEach(messageFor) {
        for (const life of lives) told.push([life, messageFor(life)]);
      },
    },
    () => atEnd,
  );
  const reply = (life: string, shard: string, lastBatch: number | null, round = 7n): void =>
    barrier.onReply(life, { kind: 'round-closed', round, shard, lastBatch });
  return { barrier, told, reply };
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
});
