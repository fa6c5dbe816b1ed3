/** Run as a process of its own: mines one share, stops everything, and must then end by itself. */
import { once } from 'node:events';
import { Miner } from '../../../src/miner/index.js';
import { silentLogger, systemTimers } from '../../surroundings.js';
import { ToyPool } from './toy-pool.js';

const pool = new ToyPool(4, 0x1fffe000);
const miner = new Miner(
  {
    url: await pool.listen(),
    user: 'somebody',
    password: '',
    threads: 2,
    maxHashrate: 100_000,
    versionRolling: true,
    userAgent: 'orcapool-miner',
  },
  silentLogger,
  systemTimers,
);
miner.start();
await once(miner, 'accepted');
await miner.stop();
await pool.close();
console.log('stopped');
