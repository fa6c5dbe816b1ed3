/**
 * Miners that never stop and a pool whose processes are killed under them with SIGKILL, again and again. Outside of the
 * pool every acknowledged share is remembered; in the end the pool's log is held against that memory.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bitsOfDifficulty, network } from '../../src/bitcoin/index.js';
import { verifyShares } from '../../src/shares/index.js';
import { integrityOf, loggedHashes } from '../integration/shares/logged-hashes.js';
import { type MinedShare, StratumClient } from '../stratum-client.js';
import type { PoolProgram } from './pool-program.js';

export interface SoakOptions {
  readonly kills: number;
  readonly miners: number;
  /** Payout address; miners are its workers. */
  readonly address: string;
  /** The round of shares handed in with their proof, as the pool counts rounds. */
  readonly round: number;
  /** 0 ≤ r < 1; seeded, so that a run can be repeated. */
  random(): number;
  say(line: string): void;
  /** Called when all of the pool was killed, before it is started again. */
  everythingDied(): void;
  /** Called now and then: bitcoind keeps an RPC thread for each long-poll of a dead client until the tip moves. */
  newTip(): Promise<void>;
}

export interface SoakReport {
  readonly acknowledged: number;
  /** The most acknowledged shares a second that a kill fell into. */
  readonly fastest: number;
  /** In display order: acknowledged, and not in the log. */
  readonly missing: readonly string[];
  /** In the log more than once. */
  readonly twice: number;
  /** Given to two sessions. */
  readonly extranoncesReused: readonly string[];
  /** What the pool said to acknowledged shares that were handed in again after a kill. */
  readonly saidToRepeats: readonly string[];
  readonly failedVerification: number;
  readonly damagedFiles: readonly string[];
  /** From a kill to the next share that was acknowledged: the longest. */
  readonly longestOutageMs: number;
}

type Victim = 'a listener' | 'all listeners' | 'the coordinator' | 'everything';
const VICTIMS: readonly Victim[] = ['a listener', 'all listeners', 'the coordinator', 'everything'];
/** On their way at a time on each connection: an answer before its commit is one that a kill can take back. */
const WINDOW = 8;
const RETRY_MS = 100;
const KILLS_A_TIP = 5;
const RECOVERY_MS = 30_000;

interface Acknowledged {
  readonly share: MinedShare;
  readonly worker: string;
}

class Miners {
  /** By hash, display order. */
  readonly acknowledged = new Set<string>();
  latest: Acknowledged | null = null;
  readonly extranonces: string[] = [];
  lastMs = 0;
  private running = true;

  constructor(
    private readonly pool: PoolProgram,
    private readonly address: string,
  ) {}

  async run(index: number): Promise<void> {
    const worker = `${this.address}.rig${index}`;
    while (this.running) {
      // Whatever a killed pool does to a connection, the next attempt begins anew.
      await this.session(worker).catch(() => {});
      await sleep(RETRY_MS);
    }
  }

  private async session(worker: string): Promise<void> {
    const client = await StratumClient.login(this.pool.stratumPort, worker, `d=${SOAK_DIFFICULTY}`);
    this.extranonces.push(client.extranonce1);
    const oneAfterAnother = async (): Promise<void> => {
      while (this.running) {
        const { job } = client;
        const share = client.mine(job);
        const { result } = await client.submit(worker, job, share);
        // The answer was read: from here on the share must be on disk.
        if (result === true) {
          this.acknowledged.add(share.hash);
          this.latest = { share, worker };
          this.lastMs = Date.now();
        }
      }
    };
    try {
      await Promise.all(Array.from({ length: WINDOW }, oneAfterAnother));
    } finally {
      client.close();
    }
  }

  stop(): void {
    this.running = false;
  }
}

async function killAny(
  pool: PoolProgram,
  victim: Victim,
  { random, everythingDied }: SoakOptions,
): Promise<void> {
  let pids: number[] = [];
  await pool.until('a listener to kill', async () => {
    pids = await pool.listenerPids();
    return pids.length > 0;
  });
  switch (victim) {
    case 'a listener':
      process.kill(pids[Math.floor(random() * pids.length)]!, 'SIGKILL');
      return;
    case 'all listeners':
      for (const pid of pids) process.kill(pid, 'SIGKILL');
      return;
    case 'the coordinator':
      await pool.killCoordinator();
      await pool.launch();
      return;
    case 'everything':
      await pool.kill();
      everythingDied();
      await pool.launch();
  }
}

/** What the pool says to a share that is handed in a second time, with its whole proof. */
async function handIn(pool: PoolProgram, round: number, { share, worker }: Acknowledged): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${pool.httpPort}/submission/${round}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      hash: share.hash,
      difficulty: SOAK_DIFFICULTY,
      block_height: heightOf(share.coinbase),
      worker_id: worker,
      submission_id: `again-${share.hash.slice(0, 30)}-${Date.now()}`,
      header: share.header.toString('hex'),
      coinbase: share.coinbase.toString('hex'),
      bits: bitsOfDifficulty(SOAK_DIFFICULTY).toString(16).padStart(8, '0'),
    }),
  });
  const body = (await response.json()) as { error?: { code?: string } };
  return `${response.status} ${body.error?.code ?? 'taken'}`;
}

/** BIP34: the script behind version, count, outpoint and length begins with the height. */
function heightOf(coinbase: Buffer): number {
  const opcode = coinbase[42]!;
  const OP_1 = 0x51;
  return opcode >= OP_1 ? opcode - OP_1 + 1 : coinbase.readUIntLE(43, opcode);
}

/** Of every share: four hashes, so that the pool is what limits them. */
const SOAK_DIFFICULTY = 1e-9;

/** What the pool's environment must have, so that nothing moves that difficulty while a round's shares are used up. */
export const SOAK_ENV = {
  ORCAPOOL_STRATUM_STARTDIFFICULTY: String(SOAK_DIFFICULTY),
  ORCAPOOL_STRATUM_MINDIFFICULTY: String(SOAK_DIFFICULTY),
  ORCAPOOL_STRATUM_MAXDIFFICULTY: String(SOAK_DIFFICULTY),
};

export async function killSoak(pool: PoolProgram, options: SoakOptions): Promise<SoakReport> {
  const { kills, random, say } = options;
  const miners = new Miners(pool, options.address);
  const running = Array.from({ length: options.miners }, (_, index) => miners.run(index));
  const saidToRepeats: string[] = [];
  let longestOutageMs = 0;
  let fastest = 0;
  try {
    await pool.until('the first shares', () => miners.acknowledged.size > 10);
    for (let kill = 1; kill <= kills; kill++) {
      const atFirst = miners.acknowledged.size;
      const lastingMs = 100 + random() * 900;
      await sleep(lastingMs);
      const victim = VICTIMS[Math.floor(random() * VICTIMS.length)]!;
      const before = miners.acknowledged.size;
      fastest = Math.max(fastest, (1000 * (before - atFirst)) / lastingMs);
      const known = miners.latest!;
      const killedMs = Date.now();
      await killAny(pool, victim, options);
      await pool.until(
        'shares again',
        () => miners.acknowledged.size > before + 2 && miners.lastMs > killedMs,
        RECOVERY_MS,
      );
      longestOutageMs = Math.max(longestOutageMs, Date.now() - killedMs);
      await pool.untilHealthy();
      saidToRepeats.push(await handIn(pool, options.round, known));
      if (kill % KILLS_A_TIP === 0) await options.newTip();
      say(`${kill} of ${kills}: ${victim} killed; ${miners.acknowledged.size} shares acknowledged`);
    }
  } finally {
    miners.stop();
    await Promise.all(running);
  }
  await pool.stop();

  const names = readdirSync(pool.shardFolder).filter((name) => name.endsWith('.sqlite'));
  const paths = names.map((name) => join(pool.shardFolder, name));
  const logged = paths.flatMap(loggedHashes).map(displayed);
  const inLog = new Set(logged);
  const { failed } = await verifyShares(pool.shardFolder, network('regtest'));
  const seen = new Set<string>();
  return {
    acknowledged: miners.acknowledged.size,
    fastest,
    missing: Array.from(miners.acknowledged).filter((hash) => !inLog.has(hash)),
    twice: logged.length - inLog.size,
    extranoncesReused: miners.extranonces.filter((extranonce) => seen.size === seen.add(extranonce).size),
    saidToRepeats,
    failedVerification: failed,
    damagedFiles: paths.filter((path) => integrityOf(path) !== 'ok'),
    longestOutageMs,
  };
}

function displayed(hash: string): string {
  return Buffer.from(hash, 'hex').reverse().toString('hex');
}
