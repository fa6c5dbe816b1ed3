/** Nodes of an emulated Koii network for one test: each with the real bundle, forked, and the real pool as its pod. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { base58 } from '@scure/base';
import { stakingKeyOf } from '../../orca/task/src/koii/staking-key.js';
import { fromHex, toHex } from '../../src/lib/index.js';
import { freePorts, type RegtestBitcoind } from '../../src/localnet/index.js';
import {
  makeStakingWallet,
  OrcaRelay,
  type RelayOptions,
  SlotClock,
  type StakingWallet,
  StorageNode,
  TaskAccount,
  TaskNode,
} from '../../src/localnet/koii/index.js';
import { atTestEnd, temporaryFolder } from '../bitcoind.js';
import { node18 } from '../node18.js';
import { ROOT } from '../unit/house/repository.js';
import { PoolProgram, RESERVE_SCRIPT, TASK_ID } from './pool-program.js';

const taskId = base58.encode(fromHex(TASK_ID));
const FIRST_SLOT = 10_000;
export const STAKE = 5_000_000_000;
export const BOUNTY = 1_000_000_000;

/** Which way to the Koii node the task has: our own client of its protocol, or Koii's packages. */
export type Bundle = 'own client' | "Koii's packages";

/** Koii's packages are not to be had everywhere: `npm install --prefix orca/task`. */
export const BUNDLES: readonly Bundle[] = existsSync(join(ROOT, 'orca/task/node_modules/@_koii/task-manager'))
  ? ['own client', "Koii's packages"]
  : ['own client'];

export interface NetworkNode {
  readonly wallet: StakingWallet;
  readonly koii: TaskNode;
  readonly pod: PoolProgram;
  readonly relay: OrcaRelay;
}

export class KoiiNetwork {
  readonly clock = new SlotClock(FIRST_SLOT + 40, 400);
  readonly account = new TaskAccount(
    {
      ...{ taskId, startingSlot: FIRST_SLOT, roundTime: 900, submissionWindow: 300, auditWindow: 300 },
      ...{ bountyPerRound: BOUNTY, minimumStake: STAKE },
    },
    this.clock,
  );
  readonly storage = new StorageNode('StorageTask', (address) => (this.account.stakes[address] ?? 0) > 0);
  private storageUrl = '';

  private constructor(
    private readonly bitcoind: RegtestBitcoind,
    private readonly bundle: Bundle,
  ) {}

  static async start(bitcoind: RegtestBitcoind, bundle: Bundle): Promise<KoiiNetwork> {
    const network = new KoiiNetwork(bitcoind, bundle);
    network.storageUrl = await network.storage.start();
    atTestEnd(() => network.storage.stop());
    return network;
  }

  async node(shape: RelayOptions['shape']): Promise<NetworkNode> {
    const { account, clock } = this;
    const folder = await temporaryFolder();
    const wallet = makeStakingWallet();
    account.stakes[wallet.address] = STAKE;
    const datadir = join(folder, 'namespace', taskId, 'orca', 'data');
    await mkdir(datadir, { recursive: true });
    const [stratumPort, httpPort] = (await freePorts(2)) as [number, number];
    const pod = new PoolProgram(datadir, stratumPort, httpPort, {
      nodes: [this.bitcoind],
      env: {
        ORCAPOOL_POOL_ROUNDSFROM: 'task',
        ORCAPOOL_POOL_NODEKEY: toHex(wallet.publicKey),
        ORCAPOOL_HTTP_TOKEN: stakingKeyOf(wallet.secretKey).taskToken(),
        ORCAPOOL_STRATUM_LISTENERS: '1',
      },
    });
    const startPod = async () => {
      await pod.launch();
      return { httpPort, stop: () => pod.kill() };
    };
    const relay = new OrcaRelay({ taskId, shape, startPod });
    const orcaUrl = await relay.start();
    atTestEnd(() => relay.stop());
    const bundle = await this.build(folder, orcaUrl);
    const koii = new TaskNode({
      bundle,
      folder,
      wallet,
      account,
      clock,
      execPath: await node18(),
      // The pod is started by the test, with the bitcoind that all nodes share.
      variables: { POOL_BITCOIN_RPC_URL: 'http://user:password@127.0.0.1:1', POOL_STRATUM_PORT: 'none' },
    });
    atTestEnd(async () => {
      await koii.stop();
    });
    await koii.start();
    return { wallet, koii, pod, relay };
  }

  /** The slot so far into a round, and its part of a window: 0 to 1 of the submission window, 1 to 2 of the audit's. */
  toRound(round: number, windows: number): void {
    this.clock.advanceTo(this.account.startOf(round) + Math.floor(windows * 300));
  }

  async until(
    what: string,
    nodes: readonly NetworkNode[],
    isSo: () => unknown,
    timeoutMs = 40_000,
  ): Promise<void> {
    const deadlineMs = Date.now() + timeoutMs;
    while (!(await isSo())) {
      if (Date.now() > deadlineMs) {
        const said = await Promise.all(nodes.map(({ koii }) => koii.get('/status')));
        const output = nodes.map(({ koii }) => koii.output.slice(-2000)).join('\n');
        throw new Error(`never: ${what}; the tasks say ${JSON.stringify(said, null, 1)}\n${output}`);
      }
      await sleep(50);
    }
  }

  private async build(folder: string, orcaUrl: string): Promise<string> {
    const pins = {
      reserveEpochs: [{ epoch: 0, script: RESERVE_SCRIPT, firstRound: 0, lastRound: 1_000_000 }],
      ...{ lineage: [], image: 'localhost/orcapool:0.1.0', orcaUrl },
      storage: { taskId: this.storage.taskId, nodes: [this.storageUrl] },
    };
    const [pinsFile, bundle] = [join(folder, 'pins.json'), join(folder, 'dist', 'main.js')];
    await writeFile(pinsFile, JSON.stringify(pins));
    const build = join(ROOT, 'orca/task/build.js');
    const which = this.bundle === 'own client' ? [] : ['--koii'];
    await promisify(execFile)(process.execPath, [build, ...which, '--pins', pinsFile, '--out', bundle]);
    return bundle;
  }
}
