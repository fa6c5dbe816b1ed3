import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { base58 } from '@scure/base';
import type { AuditReport } from '../../src/audit/index.js';
import { fromHex } from '../../src/lib/index.js';
import { Cid } from '../../src/rounds/index.js';
import { startBitcoind } from '../bitcoind.js';
import { type MinedShare, StratumClient } from '../stratum-client.js';
import type { PoolProcess } from './pool-process.js';
import { SlotClock, TaskDouble, TOKEN } from './task-double.js';
import {
  type Claim,
  hand,
  KEYS,
  poolOf,
  STAKE,
  slotsFrom,
  submissionOf,
  type Told,
  USER,
  wishOf,
} from './task-nodes.js';

const run = promisify(execFile);
const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url));
interface Audited {
  readonly audits: readonly {
    readonly submitter: string;
    readonly report: { verdict: { kind: string; check?: number }; weight: string; proven: string } & Pick<
      AuditReport,
      'suspects' | 'checks'
    >;
  }[];
}

async function audited(pool: PoolProcess, round: number): Promise<Audited['audits'][number]['report']> {
  const { body } = (await pool.get(`/audit/${round}`))! as { body: Audited };
  expect(body.audits).toHaveLength(1);
  return body.audits[0]!.report;
}

async function timesReplaced(pool: PoolProcess, times: number): Promise<boolean> {
  const text = await readFile(join(pool.datadir, 'sightings.json'), 'utf8').catch(() => '{"replaced":[]}');
  return (JSON.parse(text) as { replaced: readonly unknown[] }).replaced.length >= times;
}

/** The suspicions, and how checks 36 to 39 ended. */
function observed({ suspects, checks }: Pick<AuditReport, 'suspects' | 'checks'>): readonly unknown[] {
  return [suspects, ...checks.slice(35).map(({ outcome }) => outcome)];
}

describe('a node that a Koii task drives', () => {
  it('mines the rounds it is told of, claims them, and judges what another node claims', async () => {
    const bitcoind = await startBitcoind();
    const clock = new SlotClock();
    const [ours, auditor] = await Promise.all([poolOf(KEYS[0], bitcoind), poolOf(KEYS[1], bitcoind)]);
    const [task, other] = [new TaskDouble(ours, KEYS[0], clock), new TaskDouble(auditor, KEYS[1], clock)];

    expect(await ours.get('/healthz')).toMatchObject({
      status: 503,
      body: { components: { miner: false } },
    });
    expect((await ours.get('/task/5', { method: 'POST' }))?.status).toBe(401);
    const wrong = { method: 'POST', headers: { 'x-task-token': `${TOKEN}!` } };
    expect((await ours.get('/task/5', wrong))?.status).toBe(401);

    const slots = slotsFrom(clock, 100);
    expect(await task.tell(5, slots)).toMatchObject({ status: 200, body: { round_number: 5, known: true } });
    expect((await task.tell(5, slots))?.status).toBe(200);
    expect(await task.tell(5, slots, { seed: 'ff'.repeat(32) })).toMatchObject({
      status: 409,
      body: { error: { code: 'FACTS_REFUSED', message: 'the seed of round 5 cannot change any more' } },
    });
    expect(await task.tell(6, slots, { nodeKey: base58.encode(fromHex(KEYS[1])) })).toMatchObject({
      status: 409,
      body: { error: { message: 'the facts of the round are not those of the setting pool.nodeKey' } },
    });
    expect((await task.tell(6, slots, { endSlot: 1 }))?.status).toBe(409);
    expect((await task.tell(6, slots, { taskId: 'none' }))?.status).toBe(400);
    expect((await task.tell(6, slots, { round: 7 }))?.status).toBe(400);
    await ours.untilHealthy();
    await other.tell(5, slots);

    const miner = await StratumClient.login(ours.stratumPort, `${USER}.rig`, 'd=0.00001');
    const hashes: string[] = [];
    for (let n = 0; n < 20; n++) {
      if (n === 10) {
        const { prevHash } = miner.job;
        await bitcoind.generate(1);
        await miner.until(() => miner.job.prevHash !== prevHash);
      }
      const { job } = miner;
      const share = miner.mine(job);
      if ((await miner.submit(`${USER}.rig`, job, share)).result === true) hashes.push(share.hash);
    }
    expect(hashes).toHaveLength(20);

    const closed = (await task.claim(5)) as { status: number; body: Told };
    expect(closed.status).toBe(200);
    expect(clock.now).toBeGreaterThan(slots.endSlot);
    expect((await ours.get('/submission/5'))?.body).toEqual(closed.body);
    const claim = closed.body.claim!;
    expect(claim).toMatchObject({ count: '20', tier: 'full' });
    // The round is over and no other was told of: work stops, and the node says why.
    await ours.until('work has stopped', async () => (await ours.get('/healthz'))?.status === 503);

    const submission = submissionOf(5, claim);
    const wish = wishOf(5, submission, slots);
    expect(await other.audit(wish)).toMatchObject({
      status: 503,
      body: {
        error: { code: 'AUDIT_ABSTAINS', message: expect.stringContaining('to be had from nobody yet') },
      },
    });
    await hand(ours, '5.car', auditor, claim.package_cid);
    await bitcoind.generate(1);
    await auditor.until('it has written that two blocks came above others', () => timesReplaced(auditor, 2));
    expect(await other.audit(wish)).toEqual({ status: 200, body: true });
    expect(await other.audit(wish, '/audit/5')).toEqual({ status: 200, body: true });
    expect((await other.audit(wish, '/audit/6'))?.status).toBe(400);
    expect(await audited(auditor, 5)).toMatchObject({ verdict: { kind: 'valid' }, weight: claim.work });
    // From what it saw itself: two heights, on the second of which it watched from one block to the next.
    expect(observed(await audited(auditor, 5))).toEqual([[], 'passed', 'passed', 'passed', 'passed']);
    const package5 = join(auditor.datadir, 'packages', `${claim.package_cid}.car`);
    const words = ['audit', submission, '--package', package5, '--submitter', KEYS[0], '--json'];
    const { stdout } = await run(process.execPath, [MAIN, ...words], { env: auditor.environment() });
    expect(observed(JSON.parse(stdout))).toEqual([[], 'passed', 'passed', 'passed', 'passed']);
    const cheats: readonly (readonly [number, object])[] = [
      [3, { submissionSlot: slots.submissionDeadlineSlot + 1 }],
      [4, { stake: STAKE - 1 }],
      [8, { submission: submissionOf(5, claim, { work: BigInt(claim.work) + 1n }) }],
      [9, { submitter: base58.encode(fromHex(KEYS[1])) }],
    ];
    for (const [check, cheat] of cheats) {
      expect(await other.audit({ ...wish, ...cheat })).toEqual({ status: 200, body: false });
      const { body } = (await auditor.get('/api/v1/rounds/5/audits')) as { body: Audited };
      expect(body.audits.map(({ report }) => report.verdict)).toContainEqual(
        expect.objectContaining({ kind: 'invalid', check }),
      );
    }
    const unknown = { ...wish, round: 4, submission: 'orc1|4|idle|-' };
    expect((await other.audit(unknown))?.status).toBe(503);

    // Nobody has this package: not yet a fault, and in the last tenth of the window one.
    const package_cid = Cid.of('dag-cbor', fromHex('00')).toString();
    const withheld = { ...wish, submission: submissionOf(5, { ...claim, package_cid }) };
    const denied = { ...withheld, denied: [package_cid] };
    expect((await other.audit(denied))?.status).toBe(503);
    await other.tell(5, slots, { slotNow: slots.auditDeadlineSlot - 90 });
    expect((await other.audit(withheld))?.status).toBe(503);
    expect((await other.audit({ ...denied, denied: [] }))?.status).toBe(503);
    expect(await other.audit(denied)).toEqual({ status: 200, body: false });

    await ours.kill();
    await ours.launch();
    expect((await task.claim(5))?.body).toEqual(closed.body);
    expect((await task.claim(9))?.status).toBe(404);
    await task.tell(6, slotsFrom(clock, 100));
    await ours.untilHealthy();
    miner.close();
  }, 180_000);

  it('claims more shares than a package records by a sample, and is believed once it has shown the drawn ones', async () => {
    const bitcoind = await startBitcoind();
    const clock = new SlotClock();
    const [ours, auditor] = await Promise.all([poolOf(KEYS[0], bitcoind), poolOf(KEYS[1], bitcoind)]);
    const [task, other] = [new TaskDouble(ours, KEYS[0], clock), new TaskDouble(auditor, KEYS[1], clock)];
    const slots = slotsFrom(clock, 300);
    for (const each of [task, other]) await each.tell(1, slots);
    await ours.untilHealthy();

    const miner = await StratumClient.login(ours.stratumPort, `${USER}.rig`, 'd=0.000000001');
    const { job } = miner;
    const shares: MinedShare[] = [];
    while (shares.length < 16_500) shares.push(miner.mine(job));
    const answers = miner.lines.length;
    for (let from = 0; from < shares.length; from += 500) {
      const lines = shares.slice(from, from + 500).map((share, n) => {
        const params = [`${USER}.rig`, job.jobId, share.extranonce2, share.time, share.nonce];
        return `${JSON.stringify({ id: 100_000 + from + n, method: 'mining.submit', params })}\n`;
      });
      miner.write(lines.join(''));
      await miner.until(() => miner.lines.length >= answers + from + lines.length);
    }
    const refused = miner.lines.filter((line) => /"id":1\d{5}/.test(line) && !line.includes('"result":true'));
    expect(refused).toEqual([]);

    clock.jumpTo(slots.endSlot + 1);
    for (const each of [task, other]) await each.tell(1, slots);
    const closed = (await task.claim(1)) as { status: number; body: Told };
    const claim = closed.body.claim ?? ((await claimLater(task)).claim as Claim);
    expect(claim).toMatchObject({ count: String(shares.length), tier: 'sampled' });
    await hand(ours, '1.car', auditor, claim.package_cid);
    const first = wishOf(1, submissionOf(1, claim), slots);
    expect(await other.audit(first)).toEqual({ status: 200, body: true });
    expect(await audited(auditor, 1)).toMatchObject({ verdict: { kind: 'valid' }, weight: '0' });

    expect((await ours.get('/api/v1/rounds/1/draws'))?.status).toBe(404);
    const beacons = [{ round: 1, blockhash: base58.encode(new Uint8Array(32).fill(7)) }];
    const next = slotsFrom(clock, 600);
    for (const each of [task, other]) await each.tell(2, next, { beacons });
    await ours.until('draws', async () => (await ours.get('/api/v1/rounds/1/draws'))?.status === 200);
    const { body } = (await ours.get('/api/v1/rounds/1/draws')) as {
      body: { proof_cid: string; proof_bytes: number };
    };
    expect(body.proof_bytes).toBeLessThan(600_000);

    const second = wishOf(2, `orc1|2|idle|${body.proof_cid}`, next, { beacon: beacons[0]!.blockhash });
    expect((await other.audit(second))?.status).toBe(503);
    await hand(ours, '1.draws.car', auditor, body.proof_cid);
    expect(await other.audit(second)).toEqual({ status: 200, body: true });
    expect(await audited(auditor, 2)).toMatchObject({ weight: claim.work, proven: claim.work });
    const elsewhere = base58.encode(new Uint8Array(32).fill(8));
    expect(await other.audit({ ...second, beacon: elsewhere })).toEqual({ status: 200, body: false });
    expect((await audited(auditor, 2)).verdict.kind).toBe('invalid');
    // A file that was damaged on this node's own disk is nobody's fault but its own.
    await writeFile(join(auditor.datadir, 'packages', `${body.proof_cid}.car`), 'no archive');
    expect((await other.audit(second))?.status).toBe(503);
    await hand(ours, '1.draws.car', auditor, body.proof_cid);
    expect(await other.audit(second)).toEqual({ status: 200, body: true });
    miner.close();
  }, 150_000);
});

/** The wait for a claim is bounded; the task asks again. */
async function claimLater(task: TaskDouble): Promise<{ claim: Claim | null }> {
  for (;;) {
    const { status, body } = (await task.claim(1)) as { status: number; body: { claim: Claim | null } };
    if (status === 200) return body;
    expect(status).toBe(503);
  }
}
