import { afterEach, expect, it } from '@jest/globals';
import { bitsOfDifficulty } from '../../../src/bitcoin/index.js';
import type { ShareProof } from '../../../src/stratum/index.js';
import { ADDRESS } from '../stratum/pool-under-test.js';
import { FleetUnderTest, NODE_GUARD } from './fleet-under-test.js';

/** Nobody's work, at the difficulty that the fleet gives. */
const PROOF: ShareProof = {
  worker: `${ADDRESS}.rig`,
  round: 1n,
  bits: bitsOfDifficulty(1e-7),
  header: new Uint8Array(80),
  coinbase: new Uint8Array(250),
};

afterEach(() => FleetUnderTest.closeAll());

it('says at once what to do with a share whose listener ends before it answers, and while that one is down', async () => {
  const fleet = await FleetUnderTest.open({ listeners: 2, maxConnections: 10, guard: NODE_GUARD });
  expect(await fleet.submitProof(PROOF)).toMatchObject({ kind: 'refused', reason: 'unknown-job' });
  const [pid] = fleet.pids;
  process.kill(pid!, 'SIGSTOP');
  const startMs = performance.now();
  const asked = fleet.submitProof(PROOF);
  setTimeout(() => process.kill(pid!, 'SIGKILL'), 200);
  const unanswered = {
    kind: 'refused',
    reason: 'not-stored',
    message: expect.stringContaining('send the share again'),
  };
  expect(await asked).toMatchObject(unanswered);
  // It is started again after half a second.
  expect(await fleet.submitProof(PROOF)).toMatchObject(unanswered);
  expect(performance.now() - startMs).toBeLessThan(5_000);
}, 30_000);
