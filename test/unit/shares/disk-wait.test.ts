import { beforeEach, expect, it } from '@jest/globals';
import { ManualClock } from '../../../src/lib/index.js';
import { DiskWait } from '../../../src/shares/disk-wait.js';
import { KeptLog } from '../../surroundings.js';

let clock: ManualClock;
let log: KeptLog;
let wait: DiskWait;

beforeEach(() => {
  clock = new ManualClock(1_000_000_000);
  log = new KeptLog();
  wait = new DiskWait(log, clock);
});

/** One write that takes so long, looked at each second. */
function write(ms: number): void {
  const startedMs = clock.nowMs();
  for (let left = ms; left > 0; left -= 1_000) {
    clock.advance(Math.min(left, 1_000));
    wait.tick(startedMs);
  }
  wait.ended(startedMs);
}

it('the longest wait is of the last minute, a write under way included', () => {
  write(40);
  write(900);
  write(30);
  expect(wait.longestMs(null)).toBe(900);
  clock.advance(5_000);
  expect(wait.longestMs(clock.nowMs() - 3_000)).toBe(3_000);
  clock.advance(50_000);
  expect(wait.longestMs(null)).toBe(900);
  clock.advance(10_000);
  expect(wait.longestMs(null)).toBe(0);
});

it('a slow disk is told while the first slow write is under way, and then once a minute until a minute has none', () => {
  write(900);
  expect(log.texts).toEqual([]);
  const startedMs = clock.nowMs();
  clock.advance(1_000);
  wait.tick(startedMs);
  expect(log.texts).toHaveLength(1);
  expect(log.texts[0]).toMatch(/^warn the disk is slow: .* \{"waitedMs":1000\}$/);
  for (let second = 0; second < 130; second += 2) write(2_000);
  // In 130 s after the first.
  expect(log.texts).toHaveLength(3);
  // The last slow write was ten seconds ago when the next minute is over.
  for (let second = 0; second < 70; second++) {
    clock.advance(1_000);
    wait.tick(null);
  }
  expect(log.texts.slice(3).map((text) => text.split(' ')[0])).toEqual(['warn', 'info']);
  expect(log.texts[4]).toBe('info the disk takes shares as fast as they come again {}');
});

it('a clock that is set back or jumps ahead breaks nothing', () => {
  write(2_000);
  wait.ended(clock.nowMs() + 5_000);
  expect(wait.longestMs(clock.nowMs() + 5_000)).toBe(2_000);
  clock.advance(86_400_000);
  expect(wait.longestMs(null)).toBe(0);
});
