import { closeSync, openSync, read } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { TurnWatch } from '../../../src/metrics/turn-watch.js';

const PAUSE_MS = 40;
/** Longer than any sleep of these tests. */
const ANY_SLEEP_MS = 1_000;
let watch: TurnWatch | null = null;

function pause(): void {
  const endMs = performance.now() + PAUSE_MS;
  while (performance.now() < endMs);
}

async function watched(): Promise<TurnWatch> {
  watch = new TurnWatch(ANY_SLEEP_MS);
  await sleep(20);
  watch.takeLongest();
  return watch;
}

afterEach(() => watch?.stop());

describe('a watched event loop', () => {
  it('tells a pause that begins right after a reading', async () => {
    const turns = await watched();
    // 0 to 10 ms after a reading: Node's own monitor misses all of these.
    for (const afterMs of [0, 1, 3, 6, 9]) {
      turns.takeLongest();
      if (afterMs > 0) await sleep(afterMs);
      pause();
      await sleep(15);
      expect(turns.takeLongest()).toBeGreaterThanOrEqual(PAUSE_MS);
    }
  });

  it('tells a pause that is not over', async () => {
    const turns = await watched();
    pause();
    expect(turns.takeLongest()).toBeGreaterThanOrEqual(PAUSE_MS);
  });

  it('tells a pause in whatever the loop does', async () => {
    const turns = await watched();
    const file = openSync('/dev/null', 'r');
    const inPoll = new Promise<void>((resolve) => {
      read(file, Buffer.alloc(1), 0, 1, null, () => {
        pause();
        resolve();
      });
    });
    await inPoll;
    await sleep(5);
    expect(turns.takeLongest()).toBeGreaterThanOrEqual(PAUSE_MS);
    setImmediate(pause);
    await sleep(5);
    expect(turns.takeLongest()).toBeGreaterThanOrEqual(PAUSE_MS);
    queueMicrotask(pause);
    await sleep(5);
    expect(turns.takeLongest()).toBeGreaterThanOrEqual(PAUSE_MS);
    closeSync(file);
  });

  it('does not count sleep, but for more of it than there can be', async () => {
    const turns = await watched();
    await sleep(3 * PAUSE_MS);
    expect(turns.takeLongest()).toBeLessThan(2 * PAUSE_MS);
    turns.stop();
    watch = new TurnWatch(10);
    await sleep(3 * PAUSE_MS);
    expect(watch.takeLongest()).toBeGreaterThan(2 * PAUSE_MS);
  });
});
