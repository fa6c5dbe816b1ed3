import { expect, it } from '@jest/globals';
import { ManualClock } from '../../../src/lib/index.js';
import { HashrateMeter } from '../../../src/miner/hashrate-meter.js';

it('measures the last ten seconds and forgets what was before', () => {
  const clock = new ManualClock(1_000_000);
  let count = 0;
  const meter = new HashrateMeter(clock, () => count);
  meter.start();
  expect(meter.hashrate()).toBe(0);
  for (let second = 0; second < 30; second++) {
    count += 500;
    clock.advance(1_000);
  }
  expect(meter.hashrate()).toBe(500);
  for (let second = 0; second < 10; second++) {
    count += 2_000;
    clock.advance(1_000);
  }
  expect(meter.hashrate()).toBe(2_000);
  meter.stop();
});
