/**
 * One operator of the emulated network: a Koii node with the task's real bundle as a process, an Orca relay, and the
 * pool's real process as the pod that the relay starts and stops.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RegtestBitcoind } from '../bitcoind/index.js';
import { OrcaRelay, type PodWish, type RelayOptions } from './orca-relay.js';
import { podOfSpec } from './pod-of-spec.js';
import { type PodOptions, PoolPod } from './pool-pod.js';
import type { SlotClock } from './slot-clock.js';
import { keptWallet, type StakingWallet } from './staking-wallet.js';
import type { StorageNode } from './storage-node.js';
import type { TaskAccount } from './task-account.js';
import { buildBundle } from './task-bundle.js';
import { TaskNode } from './task-node.js';

export interface NodeWishes {
  /** For people: A, B, … */
  readonly name: string;
  readonly shape: RelayOptions['shape'];
  /** Where miners connect, to the task's relay; the pod has the next one. */
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
    readonly stratumPort: number,
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
    const pod = new PoolPod(wishes.httpPort);
    const startPod = async (wish: PodWish) => {
      await pod.start(await podOptions(ground, wishes.name, wish));
      return { httpPort: wishes.httpPort, stop: () => pod.stop() };
    };
    const relay = new OrcaRelay({ taskId, shape: wishes.shape, startPod });
    const orcaUrl = await relay.start();
    const pins = {
      reserveScript: ground.reserve.script,
      orcaUrl,
      bountyPerRound: account.task.bountyPerRound,
      storage: { taskId: storage.taskId, nodes: [ground.storageUrl] },
    };
    const bundle = await buildBundle(folder, pins, ground.isPackaged);
    const variables = {
      POOL_BITCOIN_RPC_URL: ground.bitcoind.rpcUrlWithUser,
      POOL_STRATUM_PORT: String(wishes.stratumPort),
    };
    const koii = new TaskNode({ bundle, folder, wallet, account, clock, execPath, storage, variables });
    const node = new NetworkNode(wishes.name, wishes.stratumPort, wallet, koii, relay, pod);
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

/** As the task's own specification has it, behind what holds for all pods of the network. */
async function podOptions(ground: NodeGround, name: string, wish: PodWish): Promise<PodOptions> {
  const { podEnv, podFlags, podEntry, onPodOutput } = ground;
  const { datadir, stratum, env } = await podOfSpec(wish);
  return {
    ...{ entry: podEntry, datadir, flags: podFlags },
    ...(onPodOutput === undefined ? {} : { onOutput: (text) => onPodOutput(name, text) }),
    env: {
      ...{ PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' },
      ...podEnv,
      ...env,
      ORCAPOOL_STRATUM_HOST: stratum?.host ?? '127.0.0.1',
      ORCAPOOL_STRATUM_PORT: String(stratum?.port ?? 0),
    },
  };
}
