import { describe, expect, it } from '@jest/globals';
import { PodSilence } from '../../../orca/task/src/orca/pod-silence.js';

const MINUTE_MS = 60_000;

describe('a pod that answers nothing', () => {
  it('is given up at the second call without an answer, a minute and a half after the last', () => {
    const silence = new PodSilence(0);
    silence.heard(10_000);
    expect(silence.unheard(80_000)).toBe(false);
    expect(silence.unheard(99_999)).toBe(false);
    expect(silence.unheard(100_000)).toBe(true);
  });

  it('is not when a machine slept while one call was under way', () => {
    const silence = new PodSilence(0);
    expect(silence.unheard(600 * MINUTE_MS)).toBe(false);
    silence.heard(600 * MINUTE_MS + 1);
    expect(silence.unheard(601 * MINUTE_MS)).toBe(false);
  });

  it('has twice as long each time, up to sixteen minutes, until it has answered', () => {
    const silence = new PodSilence(0);
    const given: number[] = [];
    let sinceMs = 0;
    for (let nowMs = 0; nowMs <= 60 * MINUTE_MS; nowMs += 30_000) {
      if (!silence.unheard(nowMs)) continue;
      given.push((nowMs - sinceMs) / MINUTE_MS);
      sinceMs = nowMs;
      silence.renewed(nowMs);
    }
    expect(given).toEqual([1.5, 3, 6, 12, 16, 16]);
    silence.heard(sinceMs);
    silence.unheard(sinceMs + 1);
    expect(silence.unheard(sinceMs + 90_000)).toBe(true);
  });
});
