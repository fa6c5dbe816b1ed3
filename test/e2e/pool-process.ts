/** The pool node of one test: on free ports and a folder of its own, ended with the test. */
import { freePorts } from '../../src/localnet/index.js';
import { atTestEnd, temporaryFolder } from '../bitcoind.js';
import { type PoolOptions, PoolProgram } from './pool-program.js';

export { NODE_KEY, RESERVE_ADDRESS, RESERVE_SCRIPT, TASK_ID } from './pool-program.js';

export class PoolProcess extends PoolProgram {
  static async start(options: PoolOptions): Promise<PoolProcess> {
    const datadir = await temporaryFolder();
    const [stratumPort, httpPort] = (await freePorts(2)) as [number, number];
    const pool = new PoolProcess(datadir, stratumPort, httpPort, options);
    atTestEnd(() => pool.kill());
    await pool.launch();
    return pool;
  }
}
