/**
 * One miner on each listener of a pool, with several shares on their way at any time, who remember outside of the pool
 * what was acknowledged and what was refused; in the end its shards are held against that.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loggedHashes } from '../integration/shares/logged-hashes.js';
import { StratumClient } from '../stratum-client.js';
import type { PoolProgram } from './pool-program.js';

// BIP173's P2WPKH example on regtest.
const USER = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';
const LINES = 4;
const PAUSE_MS = 40;
/** Fewer than a listener takes of one address. */
const AT_ONCE = 8;
const MOST_LOGINS = 100;

/** The first byte of an extranonce1 is the listener's index. */
function listenerOf(client: StratumClient): number {
  return Number.parseInt(client.extranonce1.slice(0, 2), 16);
}

export class SteadyMiner {
  accepted = 0;
  readonly refusals: string[] = [];
  slowestMs = 0;

  constructor(readonly client: StratumClient) {}
}

export class SteadyMiners {
  /** In display order. */
  private readonly acknowledged = new Set<string>();
  private readonly refused = new Set<string>();
  private readonly troubles: unknown[] = [];
  private running = true;
  private readonly work: Promise<void>[];

  private constructor(
    private readonly pool: PoolProgram,
    readonly listeners: readonly SteadyMiner[],
  ) {
    this.work = listeners.flatMap((miner) =>
      Array.from({ length: LINES }, () =>
        this.mine(miner).catch((error: unknown) => void this.troubles.push(error)),
      ),
    );
  }

  static onEach(pool: PoolProgram, listeners: number): Promise<SteadyMiners> {
    return SteadyMiners.over(
      pool,
      Array.from({ length: listeners }, (_, index) => index),
    );
  }

  /** `indices`: of the listeners that are to have a miner, in the order of `listeners`. */
  static async over(pool: PoolProgram, indices: readonly number[]): Promise<SteadyMiners> {
    const found = new Map<number, StratumClient>();
    for (let logins = 0; !indices.every((index) => found.has(index)); logins += AT_ONCE) {
      if (logins >= MOST_LOGINS)
        throw new Error(`${logins} logins met only the listeners ${[...found.keys()]}`);
      // One after the other may all meet the listener that the kernel wakes first.
      const logIn = () => StratumClient.login(pool.stratumPort, USER);
      for (const client of await Promise.all(Array.from({ length: AT_ONCE }, logIn))) {
        const index = listenerOf(client);
        if (found.has(index) || !indices.includes(index)) client.close();
        else found.set(index, client);
      }
    }
    const miners = indices.map((index) => new SteadyMiner(found.get(index)!));
    return new SteadyMiners(pool, miners);
  }

  private async mine(miner: SteadyMiner): Promise<void> {
    const { client } = miner;
    while (this.running && !client.closed) {
      const { job } = client;
      const share = client.mine(job);
      const sentMs = performance.now();
      const { result, error } = await client.submit(USER, job, share);
      miner.slowestMs = Math.max(miner.slowestMs, performance.now() - sentMs);
      if (result === true) {
        miner.accepted++;
        this.acknowledged.add(share.hash);
      } else {
        miner.refusals.push(error?.[1] ?? 'no reason');
        this.refused.add(share.hash);
      }
      await sleep(PAUSE_MS);
    }
  }

  /** The index of the listener that takes another miner. */
  async listenerOfNext(): Promise<number> {
    const client = await StratumClient.login(this.pool.stratumPort, `${USER}.next`);
    client.close();
    return listenerOf(client);
  }

  /** When every share on its way is answered. Throws what a miner did not expect. */
  async stop(): Promise<void> {
    this.running = false;
    await Promise.all(this.work);
    if (this.troubles.length > 0) throw this.troubles[0];
    for (const { client } of this.listeners) client.close();
  }

  /** Once the pool has ended: how its shards differ from what the miners were told. */
  against(pool: PoolProgram): {
    readonly missing: readonly string[];
    readonly twice: readonly string[];
    readonly refusedButStored: readonly string[];
  } {
    const files = readdirSync(pool.shardFolder).filter((name) => name.endsWith('.sqlite'));
    const logged = files.flatMap((name) => loggedHashes(join(pool.shardFolder, name))).map(displayed);
    const inLog = new Set(logged);
    return {
      missing: [...this.acknowledged].filter((hash) => !inLog.has(hash)),
      twice: logged.filter((hash, at) => logged.indexOf(hash) !== at),
      refusedButStored: [...this.refused].filter((hash) => inLog.has(hash)),
    };
  }
}

function displayed(hash: string): string {
  return Buffer.from(hash, 'hex').reverse().toString('hex');
}
