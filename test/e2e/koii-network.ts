/** An emulated Koii network for one test, on slots that pass as the test says so. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from '@jest/globals';
import { RpcClient } from '../../src/bitcoind/index.js';
import { fromHex } from '../../src/lib/index.js';
import { freePortPair, freePorts, type RegtestBitcoind } from '../../src/localnet/index.js';
import {
  KoiiNetwork,
  type NetworkNode,
  type RecordedSubmission,
  type RelayOptions,
  SlotClock,
} from '../../src/localnet/koii/index.js';
import { atTestEnd, temporaryFolder } from '../bitcoind.js';
import { node18 } from '../node18.js';
import { StratumClient } from '../stratum-client.js';
import { ROOT } from '../unit/house/repository.js';
import { RESERVE_ADDRESS, RESERVE_SCRIPT, TASK_ID } from './pool-program.js';

const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url));
const FIRST_SLOT = 10_000;
const WINDOW = 300;
const MOST_LOGINS = 40;
const LOGIN_PAUSE_MS = 500;
/** Each look asks every pod. */
const POLL_MS = 200;
export const MINER_ADDRESS = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';
const USER = `${MINER_ADDRESS}.rig`;
export const STAKE = 5_000_000_000;
export const BOUNTY = 1_000_000_000;

/** Which way to the Koii node the task has: our own client of its protocol, or Koii's packages. */
export type Bundle = 'own client' | "Koii's packages";

/** Koii's packages are not to be had everywhere: `npm install --prefix orca/task`. */
export const BUNDLES: readonly Bundle[] = existsSync(join(ROOT, 'orca/task/node_modules/@_koii/task-manager'))
  ? ['own client', "Koii's packages"]
  : ['own client'];

interface Status {
  readonly rounds: Record<
    string,
    {
      verdicts?: Record<string, boolean>;
      list?: Record<string, number>;
      falseLists?: Record<string, string>;
    }
  >;
  readonly problems: readonly unknown[];
}

/** As the task's own route tells it. */
export async function statusOf({ koii }: NetworkNode): Promise<Status> {
  return (await koii.get('/status')) as Status;
}

export class DrivenNetwork {
  private constructor(
    readonly koii: KoiiNetwork,
    readonly clock: SlotClock,
  ) {}

  static async start(bitcoind: RegtestBitcoind, bundle: Bundle): Promise<DrivenNetwork> {
    const clock = new SlotClock(FIRST_SLOT + 40, 200);
    const { rpcUrl, cookieFile } = bitcoind;
    const rpc = new RpcClient({ url: rpcUrl, auth: { cookieFile }, zmqHashBlock: null }, 10_000, null);
    const koii = await KoiiNetwork.start({
      ...{ folder: await temporaryFolder(), bitcoind, clock, rpc, stake: STAKE },
      task: {
        ...{ startingSlot: FIRST_SLOT, roundTime: 900, submissionWindow: WINDOW, auditWindow: WINDOW },
        ...{ bountyPerRound: BOUNTY, minimumStake: 100_000_000 },
      },
      taskId: fromHex(TASK_ID),
      reserve: { address: RESERVE_ADDRESS, script: RESERVE_SCRIPT },
      // A hundredth of a block: one share in a hundred is one by chance.
      podEnv: { ORCAPOOL_STRATUM_STARTDIFFICULTY: '0.00001' },
      podFlags: [],
      podEntry: MAIN,
      execPath: await node18(),
      isPackaged: bundle !== 'own client',
    });
    atTestEnd(async () => {
      await koii.stop();
      rpc.close();
    });
    return new DrivenNetwork(koii, clock);
  }

  get account(): KoiiNetwork['account'] {
    return this.koii.account;
  }

  get nodes(): readonly NetworkNode[] {
    return this.koii.nodes;
  }

  async node(name: string, shape: RelayOptions['shape']): Promise<NetworkNode> {
    const [stratumPort, [httpPort]] = [await freePortPair(), (await freePorts(1)) as [number]];
    return await this.koii.addNode({ name, shape, stratumPort, httpPort });
  }

  /** The slot so far into a round: 0 to 1 is the submission window, 1 to 2 the audit's, 2 to 3 the rest. */
  toRound(round: number, windows: number): void {
    this.clock.advanceTo(this.account.startOf(round) + Math.floor(windows * WINDOW));
  }

  /** Shares that the node's pool says are good. */
  async mine(node: NetworkNode, shares: number): Promise<void> {
    const { pod } = node;
    await this.until('the node is healthy', async () => (await pod.get('/healthz'))?.status === 200);
    const miner = await this.logIn(node);
    for (let n = 0; n < shares; n++) {
      const { job } = miner;
      expect((await miner.submit(USER, job, miner.mine(job))).result).toBe(true);
    }
    miner.close();
  }

  /** A miner comes again when a task or a pod that is restarted hangs up on it. */
  private async logIn({ stratumPort }: NetworkNode): Promise<StratumClient> {
    for (let tries = 1; ; tries++) {
      try {
        return await StratumClient.login(stratumPort, USER, 'd=0.00001');
      } catch (error) {
        if (tries === MOST_LOGINS) throw error;
        await sleep(LOGIN_PAUSE_MS);
      }
    }
  }

  async submission(round: number, { wallet }: NetworkNode): Promise<RecordedSubmission> {
    const { submissions } = await this.koii.round(round);
    return submissions.find(({ submitter }) => submitter === wallet.address)!;
  }

  async until(what: string, isSo: () => unknown, timeoutMs = 90_000): Promise<void> {
    const deadlineMs = Date.now() + timeoutMs;
    while (!(await isSo())) {
      if (Date.now() > deadlineMs) {
        const said = await Promise.all(this.nodes.map(({ koii }) => koii.get('/status')));
        const output = this.nodes.map(({ koii, pod }) => koii.output.slice(-1000) + pod.output.slice(-1000));
        throw new Error(
          `never: ${what}; the tasks say ${JSON.stringify(said, null, 1)}\n${output.join('\n')}`,
        );
      }
      await sleep(POLL_MS);
    }
  }
}
