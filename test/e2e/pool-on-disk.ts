/** A pool whose data directory lies on a disk that can be made slow or faulty: see `test/disk-fault/`. */
import { freePorts, type RegtestBitcoind } from '../../src/localnet/index.js';
import { atTestEnd, startBitcoind, temporaryFolder } from '../bitcoind.js';
import { FaultyDisk } from '../disk-fault/faulty-disk.js';
import { PoolProcess } from './pool-process.js';

export interface PoolOnDisk {
  readonly disk: FaultyDisk;
  readonly bitcoind: RegtestBitcoind;
  /** Not launched yet. */
  readonly pool: PoolProcess;
}

/** `env`: the pool's own settings. */
export async function poolOnDisk(env: Readonly<Record<string, string>> = {}): Promise<PoolOnDisk> {
  const datadir = await temporaryFolder();
  const disk = await FaultyDisk.make(await temporaryFolder(), datadir);
  const bitcoind = await startBitcoind();
  const [stratumPort, httpPort] = (await freePorts(2)) as [number, number];
  const options = { nodes: [bitcoind], env: { ...disk.env, ...env } };
  const pool = new PoolProcess(datadir, stratumPort, httpPort, options);
  atTestEnd(() => pool.kill());
  return { disk, bitcoind, pool };
}
