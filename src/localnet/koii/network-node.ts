/**
 * One operator of the emulated network: a Koii node with the task's real bundle as a process, an Orca relay, and the
 * pool's real process as the pod that the relay starts and stops.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { toHex } from '../../lib/index.js';
import type { RegtestBitcoind } from '../bitcoind/index.js';
import { OrcaRelay, type RelayOptions } from './orca-relay.js';
import { PoolPod } from './pool-pod.js';
import type { SlotClock } from './slot-clock.js';
import { keptWallet, podToken, type StakingWallet } from './staking-wallet.js';
import type { StorageNode } from './storage-node.js';
import type { TaskAccount } from './task-account.js';
import { buildBundle } from './task-bundle.js';
import { TaskNode } from './task-node.js';

export interface NodeWishes {
  /** For people: A, B, … */
  readonly name: string;
  readonly shape: RelayOptions['shape'];
  readonly stratumPort: number;
  readonly httpPort: number;
}

/** What the nodes of a network have alike. */
export interface NodeGround {
  /** Each node has a folder in it. */
  readonly folder: string;
  readonly bitcoind: RegtestBitcoind;
  readonly account: TaskAccount;
  readonly clock: SlotClock;
  readonly storage: StorageNode;
  readonly storageUrl: string;
  /** 32 bytes. */
  readonly taskId: Uint8Array;
  readonly reserve: { readonly address: string; readonly script: string };
  readonly stake: number;
  /** Settings of the pods beside those that make the network. */
  readonly podEnv: Readonly<Record<string, string>>;
  readonly podFlags: readonly string[];
  /** Orcapool's main file. */
  readonly podEntry: string;
  /** Node that runs the bundles. */
  readonly execPath: string;
  readonly isPackaged: boolean;
  readonly onPodOutput?: (name: string, text: string) => void;
}

export class NetworkNode {
  private constructor(
    readonly name: string,
    readonly wallet: StakingWallet,
    readonly koii: TaskNode,
    readonly relay: OrcaRelay,
    readonly pod: PoolPod,
  ) {}

  /** Resolves when the task's own routes answer; the pod may still be starting. */
  static async start(ground: NodeGround, wishes: NodeWishes): Promise<NetworkNode> {
    const { account, clock, storage, stake, execPath } = ground;
    const { taskId } = account.task;
    const folder = join(ground.folder, wishes.name);
    await mkdir(folder, { recursive: true });
    const wallet = await keptWallet(join(folder, 'staking-wallet.json'));
    account.stakes[wallet.address] = stake;
    const pod = podOf(ground, wishes, wallet, join(folder, 'namespace', taskId, 'orca', 'data'));
    const startPod = async () => {
      await pod.start();
      return { httpPort: wishes.httpPort, stop: () => pod.stop() };
    };
    const relay = new OrcaRelay({ taskId, shape: wishes.shape, startPod });
    const orcaUrl = await relay.start();
    const pins = {
      reserveScript: ground.reserve.script,
      orcaUrl,
      storage: { taskId: storage.taskId, nodes: [ground.storageUrl] },
    };
    const bundle = await buildBundle(folder, pins, ground.isPackaged);
    const koii = new TaskNode({ bundle, folder, wallet, account, clock, execPath, storage });
    const node = new NetworkNode(wishes.name, wallet, koii, relay, pod);
    try {
      await koii.start();
    } catch (error) {
      await node.stop();
      throw error;
    }
    return node;
  }

  async stop(): Promise<void> {
    await this.koii.stop();
    await this.relay.stop();
    await this.pod.stop();
  }
}

function podOf(ground: NodeGround, wishes: NodeWishes, wallet: StakingWallet, datadir: string): PoolPod {
  const { bitcoind, reserve, taskId, podEnv, podFlags, podEntry, onPodOutput } = ground;
  return new PoolPod({
    ...{
      entry: podEntry,
      datadir,
      stratumPort: wishes.stratumPort,
      httpPort: wishes.httpPort,
      flags: podFlags,
    },
    ...(onPodOutput === undefined ? {} : { onOutput: (text) => onPodOutput(wishes.name, text) }),
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      ...podEnv,
      ORCAPOOL_NETWORK: 'regtest',
      ORCAPOOL_BITCOIN_RPCURL: bitcoind.rpcUrl,
      ORCAPOOL_BITCOIN_COOKIEFILE: bitcoind.cookieFile,
      ORCAPOOL_BITCOIN_ZMQHASHBLOCK: bitcoind.zmqHashBlock,
      ORCAPOOL_STRATUM_LISTENERS: '1',
      ORCAPOOL_POOL_ROUNDSFROM: 'task',
      ORCAPOOL_POOL_TASKID: toHex(taskId),
      ORCAPOOL_POOL_NODEKEY: toHex(wallet.publicKey),
      ORCAPOOL_POOL_RESERVEADDRESS: reserve.address,
      ORCAPOOL_HTTP_TOKEN: podToken(wallet),
      ORCAPOOL_LOG_PRETTY: 'false',
    },
  });
}
