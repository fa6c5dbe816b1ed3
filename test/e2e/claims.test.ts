import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { AuditReport } from '../../src/audit/index.js';
import { network } from '../../src/bitcoin/index.js';
import { isSigned } from '../../src/claims/index.js';
import { fromDisplayHex, fromHex, toDisplayHex } from '../../src/lib/index.js';
import { minerId } from '../../src/mining/index.js';
import {
  Cid,
  decodePackage,
  decodeReceipt,
  encodeSubmission,
  recountPackage,
  verifyMembershipProof,
} from '../../src/rounds/index.js';
import { parseUsername } from '../../src/stratum/index.js';
import { startBitcoind, temporaryFolder } from '../bitcoind.js';
import { giving, PlaceServer } from '../integration/packages/places.js';
import { type MinedShare, type Notify, StratumClient } from '../stratum-client.js';
import { PoolProcess } from './pool-process.js';

const run = promisify(execFile);
const VERIFIER = fileURLToPath(new URL('../../../test/claim-verifier/claim_verifier.py', import.meta.url));
const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url));
const REGTEST = network('regtest');
// BIP173's P2WPKH example on regtest.
const USER = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';
const ROUND_SECONDS = 10;

interface Claimed {
  readonly round: number;
  readonly body: { readonly claim: { root: string; count: string; package_cid: string } | null };
  readonly bytes: Uint8Array;
  /** Display order. */
  readonly hashes: readonly string[];
}

/** Rounds begin with the pool, so that the first one is a whole one. */
async function poolOfRounds(env: Record<string, string> = {}): Promise<PoolProcess> {
  const bitcoind = await startBitcoind();
  const pool = await PoolProcess.start({
    nodes: [bitcoind],
    env: {
      ORCAPOOL_POOL_ROUNDGENESIS: new Date().toISOString(),
      ORCAPOOL_POOL_ROUNDSECONDS: String(ROUND_SECONDS),
      ...env,
    },
  });
  await pool.untilHealthy();
  return pool;
}

async function roundNow(pool: PoolProcess): Promise<number> {
  return ((await pool.get('/api/v1/pool'))!.body as { round_number: number }).round_number;
}

/** By the clock that the rounds go by, and a little longer. */
async function untilOver(pool: PoolProcess, round: number): Promise<void> {
  const genesisMs = Date.parse(pool.environment().ORCAPOOL_POOL_ROUNDGENESIS!);
  await sleep(Math.max(0, genesisMs + (round + 1) * 1_000 * ROUND_SECONDS - Date.now()) + 500);
}

/** One that has only just begun: what is left of the one before may be too short for a share. */
async function freshRound(pool: PoolProcess): Promise<number> {
  const before = await roundNow(pool);
  await pool.until(
    `round ${before + 1} begins`,
    async () => (await roundNow(pool)) > before,
    2_000 * ROUND_SECONDS,
  );
  return roundNow(pool);
}

async function untilClosed(pool: PoolProcess, round: number): Promise<void> {
  await pool.until(
    `round ${round} is closed`,
    async () => (await pool.get(`/submission/${round}`))?.status === 200,
    3_000 * ROUND_SECONDS,
  );
}

/** Fetches a closed round's package and has it checked, by our code and by the one that shares none with it. */
async function claimed(pool: PoolProcess, round: number): Promise<Claimed> {
  const { body } = (await pool.get(`/submission/${round}`)) as { body: Claimed['body'] };
  if (body.claim === null) return { round, body, bytes: new Uint8Array(0), hashes: [] };
  const response = await fetch(`http://127.0.0.1:${pool.httpPort}/api/v1/rounds/${round}/package`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const read = decodePackage(bytes, Cid.parse(body.claim.package_cid));
  const hashes: string[] = [];
  recountPackage(read, REGTEST, ({ hash }) => hashes.push(toDisplayHex(hash)));
  const root = Buffer.from(read.root).toString('base64url');
  expect([root, String(hashes.length)]).toEqual([body.claim.root, body.claim.count]);
  const file = join(await temporaryFolder(), `${round}.car`);
  await writeFile(file, bytes);
  const { stdout } = await run('python3', [VERIFIER, 'package', file, 'regtest']);
  expect(JSON.parse(stdout)).toMatchObject({ count: String(hashes.length) });
  return { round, body, bytes, hashes };
}

/** As a stranger audits, with the pool's configuration and bitcoind. */
async function audit(
  pool: PoolProcess,
  round: number,
  ...options: readonly string[]
): Promise<{ exit: number; report: AuditReport }> {
  const words = ['audit', `http://127.0.0.1:${pool.httpPort}/submission/${round}`, '--json', ...options];
  const { exit, stdout } = await command(pool, words);
  return { exit, report: JSON.parse(stdout) as AuditReport };
}

function command(
  pool: PoolProcess,
  words: readonly string[],
  env: Record<string, string> = {},
): Promise<{ exit: number; stdout: string; stderr: string }> {
  return run(process.execPath, [MAIN, ...words], { env: { ...pool.environment(), ...env } }).then(
    ({ stdout, stderr }) => ({ exit: 0, stdout, stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
      ...{ exit: code, stdout, stderr },
    }),
  );
}

/** As it would stand on chain. */
function submissionOf({ round, body }: Claimed): string {
  const claim = body.claim as unknown as Record<string, string> & { miners: number; tip_height: number };
  return encodeSubmission({
    ...{ kind: 'claim', round: BigInt(round), root: new Uint8Array(Buffer.from(claim.root!, 'base64url')) },
    ...{ work: BigInt(claim.work!), count: BigInt(claim.count!), miners: claim.miners },
    ...{ tipHeight: claim.tip_height, tipHash: fromDisplayHex(claim.tip_hash!) },
    ...{ packageCid: Cid.parse(claim.package_cid!), proofCid: null, storeCid: null, stake: 0n },
  });
}

/** With a node that lies, gateways, and nobody. */
async function auditsByPlaces(pool: PoolProcess, claim: Claimed): Promise<void> {
  const liar = await PlaceServer.open(giving(claim.bytes.with(-1, claim.bytes.at(-1)! ^ 1)));
  try {
    const text = submissionOf(claim);
    const fromLiar = ['audit', text, '--node', `http://127.0.0.1:${liar.port}`];
    const own = `http://127.0.0.1:${pool.httpPort}/api/v1/rounds/${claim.round}/package?cid={cid}`;
    const fallenBack = await command(pool, fromLiar, { ORCAPOOL_CLAIMS_GATEWAYS: own });
    expect(fallenBack).toMatchObject({ exit: 0, stdout: expect.stringContaining('valid') });
    expect(liar.asked).toEqual([`/api/v1/rounds/${claim.round}/package`]);
    const alone = await command(pool, fromLiar);
    expect(alone).toMatchObject({ exit: 1, stdout: expect.stringContaining('invalid by check 5') });
    expect(alone.stdout + alone.stderr).toContain('BLOCK_HASH');
    const nobody = await command(pool, ['audit', text]);
    expect(nobody).toMatchObject({ exit: 2, stderr: expect.stringContaining('nobody to ask') });
    await liar.close();
    const silence = await command(pool, fromLiar);
    expect(silence).toMatchObject({ exit: 2, stderr: expect.stringContaining('not all who might') });
    expect(silence.stderr).toContain('ECONNREFUSED');
  } finally {
    if (liar.isOpen) await liar.close();
  }
}

/** Fewer than a listener takes of one address. */
const AT_ONCE = 8;
const MOST_LOGINS = 100;
const LOGIN_PAUSE_MS = 1_000;

class Rig {
  readonly accepted: string[] = [];

  private constructor(
    readonly client: StratumClient,
    private readonly user: string,
  ) {}

  static async login(pool: PoolProcess, name: string): Promise<Rig> {
    const user = `${USER}.${name}`;
    return new Rig(await StratumClient.login(pool.stratumPort, user), user);
  }

  async submit(job: Notify, share: MinedShare): Promise<string> {
    const { result, error } = await this.client.submit(this.user, job, share);
    if (result === true) this.accepted.push(share.hash);
    return error === null ? 'accepted' : error[1];
  }

  mine(): Promise<string> {
    const { job } = this.client;
    return this.submit(job, this.client.mine(job));
  }

  /** Of the two listeners, which has it. */
  get listener(): string {
    return this.client.extranonce1.slice(0, 2);
  }
}

/**
 * One on each of the two listeners, of which one may be starting still. One login after the other may only ever meet the
 * one that the kernel wakes first.
 */
async function rigsOnBoth(pool: PoolProcess): Promise<Rig[]> {
  const found = new Map<string, Rig>();
  for (let logins = 0; found.size < 2; logins += AT_ONCE) {
    if (logins >= MOST_LOGINS) throw new Error(`${logins} logins met only one listener`);
    const logIn = (_: unknown, n: number) => Rig.login(pool, `rig${n}`);
    for (const rig of await Promise.all(Array.from({ length: AT_ONCE }, logIn))) {
      if (found.has(rig.listener)) rig.client.close();
      else found.set(rig.listener, rig);
    }
    if (found.size < 2) await sleep(LOGIN_PAUSE_MS);
  }
  return [...found.values()];
}

describe('rounds of a pool', () => {
  it('has every accepted share in exactly one claim, over listeners, rounds and the death of one', async () => {
    const pool = await poolOfRounds();
    const rigs = await rigsOnBoth(pool);
    const first = await freshRound(pool);
    const late = rigs.map(({ client }) => ({ job: client.job, share: client.mine() }));
    let victim: number | null = null;
    while ((await roundNow(pool)) < first + 2) {
      for (const rig of rigs) {
        try {
          if (!rig.client.closed) await rig.mine();
        } catch {
          // The dead listener's: whether its last share was stored it cannot say, so it does not count.
        }
      }
      if (victim === null && (await roundNow(pool)) === first + 1) {
        [, victim] = (await pool.listenerPids()) as [number, number];
        process.kill(victim, 'SIGKILL');
      }
      await sleep(100);
    }
    const last = first + 2;
    for (const rig of rigs) if (!rig.client.closed) await rig.mine();
    const alive = rigs.findIndex(({ client }) => !client.closed);
    const { job, share } = late[alive]!;
    expect(await rigs[alive]!.submit(job, share)).toBe('Stale share: its round is closed and claimed');
    await untilClosed(pool, last);
    const claims = await Promise.all([first, first + 1, last].map((round) => claimed(pool, round)));
    const inClaims = claims.flatMap(({ hashes }) => hashes);
    const accepted = rigs.flatMap((rig) => rig.accepted);
    expect(accepted.length).toBeGreaterThan(20);
    expect(new Set(inClaims).size).toBe(inClaims.length);
    expect(accepted.filter((hash) => !inClaims.includes(hash))).toEqual([]);
    // What the victim stored and could not answer any more may be there beyond the accepted ones: one a rig at most.
    expect(inClaims.length - accepted.length).toBeLessThanOrEqual(rigs.length);
    for (const { hashes } of claims) expect(hashes.length).toBeGreaterThan(0);
    for (const rig of rigs) rig.client.close();

    const [before] = claims;
    const id = minerId(parseUsername(USER, REGTEST, 'pool').payout);
    const root = Buffer.from(before!.body.claim!.root, 'base64url');
    const ask = async (hash: string): Promise<[boolean, bigint | null]> => {
      const path = `/api/v1/rounds/${first}/miners/${USER}/proof?share=${hash}`;
      const { body } = (await pool.get(path)) as { body: { included: boolean; proof: string } };
      const shown = verifyMembershipProof(fromHex(body.proof), root, id, fromDisplayHex(hash));
      return [body.included, shown.shareWork];
    };
    expect((await ask(before!.hashes[0]!))[0]).toBe(true);
    expect((await ask(before!.hashes[0]!))[1]).toBeGreaterThan(0n);
    expect(await ask(claims[1]!.hashes[0]!)).toEqual([false, null]);

    const verdict = await audit(pool, first);
    expect([verdict.exit, verdict.report.verdict]).toEqual([0, { kind: 'valid' }]);
    expect(verdict.report.checks.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
    const forged = before!.bytes.slice();
    forged[forged.length - 1]! ^= 1;
    const file = join(await temporaryFolder(), 'forged.car');
    await writeFile(file, forged);
    // 6: the package does not read, for its last block is not what its CID says.
    expect(await audit(pool, first, '--package', file)).toMatchObject({
      exit: 1,
      report: { verdict: { kind: 'invalid', check: 6 } },
    });
    await auditsByPlaces(pool, before!);
    const stranger = await audit(pool, first, '--submitter', 'ab'.repeat(32));
    // 9: the package is another node's.
    expect(stranger).toMatchObject({ exit: 1, report: { verdict: { kind: 'invalid', check: 9 } } });

    const path = `/api/v1/workers/${USER}/receipts?limit=500`;
    const { body } = (await pool.get(path)) as {
      body: { receipt_key: string; receipts: { share: string; receipt: string; in_claim: boolean | null }[] };
    };
    expect(accepted.filter((hash) => !body.receipts.some(({ share }) => share === hash))).toEqual([]);
    // What came behind the end of its round has none.
    expect(body.receipts.map(({ share }) => share)).not.toContain(late[alive]!.share.hash);
    for (const { share, receipt } of body.receipts) {
      const signed = decodeReceipt(fromHex(receipt));
      expect([toDisplayHex(signed.shareHash), isSigned(signed, fromHex(body.receipt_key))]).toEqual([
        share,
        true,
      ]);
    }

    const closed = body.receipts.filter(({ share }) => inClaims.includes(share));
    expect(closed.filter(({ in_claim }) => in_claim !== true)).toEqual([]);
    const mine = body.receipts.find(({ share }) => before!.hashes.includes(share))!;
    const other = body.receipts.find(({ share }) => claims[1]!.hashes.includes(share))!;
    const packageFile = join(await temporaryFolder(), 'first.car');
    await writeFile(packageFile, before!.bytes);
    const verify = async (receipt: string, ...more: string[]): Promise<readonly [number, string]> => {
      const words = ['verify', 'receipt', receipt, '--network', 'regtest', ...more];
      const { exit, stdout } = await command(pool, words);
      return [exit, stdout];
    };
    const node = ['--node', `http://127.0.0.1:${pool.httpPort}`];
    const inFile = ['--package', packageFile];
    // More in test/integration/roles/verify-receipt: here that the program has the node, the chain's word and the proof.
    const kept = await verify(mine.receipt, ...node, '--address', USER);
    expect(kept).toEqual([0, expect.stringContaining('kept: the share is in the claim')]);
    expect(kept[1]).toContain(`the word of ${node[1]}`);
    const onChain = ['--submission', submissionOf(before!)];
    expect(await verify(mine.receipt, ...onChain, ...inFile)).toEqual([
      0,
      expect.stringContaining('see on K2'),
    ]);
    expect(await verify(other.receipt, ...node, ...inFile)).toEqual([2, expect.stringContaining('mismatch')]);

    await pool.kill();
    await pool.launch();
    const after = await claimed(pool, first);
    expect(after.body).toEqual(before!.body);
    expect(after.bytes).toEqual(before!.bytes);
  }, 180_000);

  it('closes a round whose end the node did not live to see, with every share of it', async () => {
    const pool = await poolOfRounds();
    const rig = await Rig.login(pool, 'rig');
    const round = await freshRound(pool);
    for (let n = 0; n < 12; n++) await rig.mine();
    expect(await roundNow(pool)).toBe(round);
    await pool.kill();
    await untilOver(pool, round);
    await pool.launch();
    await untilClosed(pool, round);
    expect(new Set((await claimed(pool, round)).hashes)).toEqual(new Set(rig.accepted));
    await untilClosed(pool, await roundNow(pool));
    rig.client.close();
  }, 90_000);

  it('closes a round in time though a listener hangs: that one is killed, and no acknowledged share is lost', async () => {
    const pool = await poolOfRounds();
    const rigs = await rigsOnBoth(pool);
    for (let n = 0; n < 2; n++) await Promise.all(rigs.map((rig) => rig.mine()));
    const path = `/api/v1/workers/${USER}/receipts?limit=500`;
    const { body } = (await pool.get(path)) as {
      body: { receipts: { share: string; round_number: number; in_claim: boolean | null }[] };
    };
    const round = body.receipts[0]!.round_number;
    const ofRound = body.receipts.filter((each) => each.round_number === round && each.in_claim === null);
    const shares = new Set(ofRound.map(({ share }) => share));
    // What either listener has acknowledged.
    for (const { accepted } of rigs) expect(accepted.filter((hash) => shares.has(hash))).not.toEqual([]);
    const [, hung] = (await pool.listenerPids()) as [number, number];
    process.kill(hung, 'SIGSTOP');
    await untilClosed(pool, round);
    expect(new Set((await claimed(pool, round)).hashes)).toEqual(shares);
    expect(pool.output).toContain('a listener did not close a round in time and was killed');
    expect(await pool.metricLines('orcapool_listeners_hung_total ')).toEqual([
      'orcapool_listeners_hung_total 1',
    ]);

    await pool.until('its miners are let go', () => rigs.some(({ client }) => client.closed));
    await pool.until('two listeners again', async () => (await pool.listenerPids()).length === 2);
    await pool.untilHealthy();
    expect(await pool.listenerPids()).not.toContain(hung);
    for (const rig of rigs) rig.client.close();
    const back = await rigsOnBoth(pool);
    for (const rig of back) expect(await rig.mine()).toBe('accepted');
    for (const rig of back) rig.client.close();
    expect(await pool.stop()).toBe(0);
  }, 90_000);
});
