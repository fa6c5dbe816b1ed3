/**
 * A network of nodes on the wall clock, a round a minute, in which each round another node cheats and something else
 * breaks: a container, a bundle, a relay, bitcoind.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RpcClient } from '../../src/bitcoind/index.js';
import { fromHex } from '../../src/lib/index.js';
import {
  cacheFolder,
  findBitcoind,
  freePortPair,
  freePorts,
  RegtestBitcoind,
} from '../../src/localnet/index.js';
import {
  CHEATS,
  type CheatName,
  KoiiNetwork,
  type NetworkNode,
  SlotClock,
} from '../../src/localnet/koii/index.js';
import { startTestMiner } from '../../src/localnet/test-miner.js';
import { systemTimers } from '../../src/roles/system-timers.js';
import { RESERVE_ADDRESS, RESERVE_SCRIPT, TASK_ID } from '../e2e/pool-program.js';
import { quietLogger } from './quiet-logger.js';

const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url));
const SLOT_MS = 60;
const GENESIS_MS = Date.UTC(2026, 0, 1);
const HASHRATE = 100_000;
export const STAKE = 5_000_000_000;
export const BOUNTY = 1_000_000_000;

/** What was done in a round, for whoever judges it. */
export interface Disturbance {
  readonly cheat: { readonly key: string; readonly name: CheatName } | null;
  /** In words. */
  readonly mishap: string;
  /** By staking key. */
  readonly hit: readonly string[];
}

const NAMES = Object.keys(CHEATS) as CheatName[];

export class SoakedNetwork {
  private readonly endings: (() => Promise<void> | void)[] = [];
  koii!: KoiiNetwork;
  private bitcoind!: RegtestBitcoind;

  static async start(nodes: number): Promise<SoakedNetwork> {
    const network = new SoakedNetwork();
    try {
      await network.begin(nodes);
    } catch (error) {
      await network.stop();
      throw error;
    }
    return network;
  }

  get nodes(): readonly NetworkNode[] {
    return this.koii.nodes;
  }

  async stop(): Promise<void> {
    for (const end of this.endings.reverse()) await end();
  }

  /** `turn`: counts up; each turn is the next cheat by the next node, and the next mishap to another one. */
  async disturb(turn: number): Promise<Disturbance> {
    const { nodes } = this;
    for (const node of nodes) node.koii.cheat = null;
    const name = NAMES[turn % NAMES.length]!;
    const cheater = nodes[turn % nodes.length]!;
    // One round in seven is honest.
    const isHonest = turn % 7 === 6;
    if (!isHonest) cheater.koii.cheat = CHEATS[name];
    const cheat = isHonest ? null : { key: cheater.wallet.address, name };
    const { mishap, hit } = await this.mishap(turn);
    return { cheat, mishap, hit };
  }

  private async mishap(turn: number): Promise<Pick<Disturbance, 'mishap' | 'hit'>> {
    const { nodes } = this;
    const node = nodes[(turn + 1) % nodes.length]!;
    const hit = [node.wallet.address];
    switch (turn % 5) {
      case 1:
        node.pod.crash();
        return { mishap: `the container of ${node.name} crashes`, hit };
      case 2:
        process.kill(node.koii.task!.pid!, 'SIGTERM');
        return { mishap: `the bundle of ${node.name} ends`, hit };
      case 3:
        await node.relay.restart();
        return { mishap: `the relay of ${node.name} restarts`, hit };
      case 4:
        await this.bitcoind.restart();
        return { mishap: 'bitcoind restarts', hit: [] };
      default:
        return { mishap: 'nothing breaks', hit: [] };
    }
  }

  private async begin(count: number): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'orcapool-soak-'));
    this.endings.push(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
    const { env } = process;
    const program = await findBitcoind({ env, cacheDir: cacheFolder(env), log: console.log });
    this.bitcoind = await RegtestBitcoind.start(program, { datadir: join(folder, 'bitcoind') });
    this.endings.push(() => this.bitcoind.stop());
    const { rpcUrl, cookieFile } = this.bitcoind;
    const rpc = new RpcClient({ url: rpcUrl, auth: { cookieFile }, zmqHashBlock: null }, 10_000, null);
    const slotNow = (): number => Math.floor((Date.now() - GENESIS_MS) / SLOT_MS);
    const clock = new SlotClock(slotNow(), SLOT_MS);
    this.koii = await KoiiNetwork.start({
      ...{ folder: join(folder, 'nodes'), bitcoind: this.bitcoind, clock, rpc, stake: STAKE },
      task: {
        ...{ startingSlot: 0, roundTime: 1_000, submissionWindow: 340, auditWindow: 340 },
        ...{ bountyPerRound: BOUNTY, minimumStake: 1_000_000_000 },
      },
      taskId: fromHex(TASK_ID),
      reserve: { address: RESERVE_ADDRESS, script: RESERVE_SCRIPT },
      ...{ podEnv: {}, podFlags: [], podEntry: MAIN },
      ...{ execPath: env.NODE18 ?? process.execPath, isPackaged: false },
    });
    this.endings.push(() => rpc.close());
    this.endings.push(() => this.koii.stop());
    for (let i = 0; i < 3; i++) this.koii.addAuditor(Math.random);
    this.endings.push(systemTimers.every(SLOT_MS, () => clock.advanceTo(slotNow())));
    for (let i = 0; i < count; i++) {
      const [stratumPort, [httpPort]] = [await freePortPair(), (await freePorts(1)) as [number]];
      const name = String.fromCharCode(65 + i);
      await this.koii.addNode({ name, shape: i % 2 === 0 ? 'nested' : 'flat', stratumPort, httpPort });
      const hashrate = HASHRATE * (1 + (i % 3));
      const miner = startTestMiner({ stratumPort, worker: name, hashrate }, quietLogger, systemTimers);
      this.endings.push(() => miner.stop());
    }
  }
}
