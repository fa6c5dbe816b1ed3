import { expect, it } from '@jest/globals';
import { Census } from '../../../../src/stratum/listener/census.js';
import type { Session } from '../../../../src/stratum/session/session.js';

function session(ready: boolean, sharingUntilMs: number, mask: number): Session {
  return { ready, isSharing: (nowMs: number) => nowMs < sharingUntilMs, rolling: { mask } } as Partial<
    Record<keyof Session, unknown>
  > as unknown as Session;
}

it('counts those that are ready, of them those that bring shares, and those that roll version bits', () => {
  const census = new Census();
  const sessions = [
    session(true, 20, 0x1fffe000),
    session(true, 20, 0),
    session(true, 10, 0x1fffe000),
    session(true, 10, 0x00002000),
    session(false, 20, 0x1fffe000),
  ];
  for (const each of sessions) census.add(each, 15);
  expect(census).toEqual({ miners: 4, sharing: 2, rollingMiners: 3 });
});
