import { afterEach, describe, expect, it } from '@jest/globals';
import { OrcaClient } from '../../../orca/task/src/orca/orca-client.js';
import { Container } from '../../../orca/task/src/pool/container.js';
import { systemTimers } from '../../../orca/task/src/system-timers.js';
import type { PlatformDesk, PlatformVerdict } from '../../../src/http/index.js';
import { OrcaRelay, type RelayOptions } from '../../../src/localnet/koii/index.js';
import { atTestEnd } from '../../bitcoind.js';
import { closeAll, serve } from '../http/serve.js';

afterEach(closeAll);

const TOKEN = 'only the task has it';
const KEY = '4vJ9JU1bJJE96FWSJKvHsmmFADCg4gpZQff4P3bkLKi';
const WISH = {
  ...{ submission: 'orc1|7|idle|-', submitter: KEY, round: 7, seed: 'ab'.repeat(32), beacon: null },
  ...{ submissionSlot: 100, deadlineSlot: 120, stake: 5 },
};

/** The pool's own routes, behind an emulated relay and its side-car. */
async function pod(shape: RelayOptions['shape']) {
  const said: { verdict: PlatformVerdict } = { verdict: { kind: 'valid' } };
  const platform: PlatformDesk = {
    receiptKey: new Uint8Array(32).fill(0xcd),
    hear: async () => 7n,
    isExpected: (round) => round === 7n,
    untilClosed: async () => false,
    judge: async () => said.verdict,
  };
  const { fixture, port } = await serve({ token: TOKEN, platform });
  const startPod: RelayOptions['startPod'] = async () => ({ httpPort: port, stop: async () => {} });
  const relay = new OrcaRelay({ taskId: 'Task', shape, startPod });
  const url = await relay.start();
  atTestEnd(() => relay.stop());
  const options = { url, taskId: 'Task', image: 'localhost/image:1', podSpec: 'kind: Pod' };
  const orca = new OrcaClient(options, systemTimers);
  atTestEnd(async () => orca.close());
  return { container: new Container(orca, TOKEN), fixture, said };
}

describe.each(['nested', 'flat'] as const)('the container, behind a side-car that answers %s', (shape) => {
  it('hears of rounds, and gives verdicts or says that it cannot tell', async () => {
    const { container, said } = await pod(shape);
    expect(await container.tell(7, { round: 7 })).toBe('cd'.repeat(32));
    expect(await container.audit(WISH)).toBe(true);
    said.verdict = { kind: 'invalid' };
    expect(await container.audit(WISH)).toBe(false);
    said.verdict = { kind: 'abstain', reason: 'no chain' };
    expect(await container.audit(WISH)).toBeNull();
  });

  it('is open, unknown or refused as it says itself, in its own words', async () => {
    const { container } = await pod(shape);
    expect(await container.claim(7)).toBeUndefined();
    expect(await container.claim(8)).toBeNull();
    await expect(container.tell(7, { round: 8 })).rejects.toMatchObject({
      code: 'CONTAINER_REFUSED',
      message: expect.stringContaining('400: the body is of round 8, the path of round 7'),
    });
  });

  it('tells what it lacks while no work can be accepted', async () => {
    const { container, fixture } = await pod(shape);
    const bitcoind = { ok: false, required: true, detail: 'is in initial block download', hint: 'Wait.' };
    const { components } = fixture.healthState;
    fixture.healthState = { ...fixture.healthState, components: { ...components, bitcoind } };
    expect(await container.health()).toMatchObject({
      status: 'unhealthy',
      reasons: [{ component: 'bitcoind', message: 'is in initial block download', hint: 'Wait.' }],
    });
  });
});

describe('the state of the container', () => {
  it('is none where only the side-car answers', async () => {
    const orca = { call: async () => ({ status: 500, body: { error: 'fetch failed' } }) };
    await expect(new Container(orca, TOKEN).health()).rejects.toMatchObject({ code: 'CONTAINER_REFUSED' });
  });
});
