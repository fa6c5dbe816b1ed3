/**
 * One operator's machine: an emulated Koii node with the real bundle in Node 18, an Orca relay, and the pod exactly as
 * the bundle's specification has it, with the operator's variables as they were typed.
 */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { base58 } from '@scure/base';
import { fromHex } from '../../src/lib/index.js';
import {
  makeStakingWallet,
  OrcaRelay,
  SlotClock,
  StorageNode,
  TaskAccount,
  TaskNode,
} from '../../src/localnet/koii/index.js';
import { atTestEnd, temporaryFolder } from '../bitcoind.js';
import { node18 } from '../node18.js';
import { ROOT } from '../unit/house/repository.js';
import { EmulatedPodman } from './emulated-podman.js';
import { type PoolProgram, RESERVE_SCRIPT, TASK_ID } from './pool-program.js';

const taskId = base58.encode(fromHex(TASK_ID));
const FIRST_SLOT = 10_000;
export const ROUND_SLOTS = 900;
export const SLOT_MS = 400;

export interface Status {
  readonly summary: string;
  readonly attention: readonly { readonly what: string; readonly whatToDo: string }[];
  readonly miners: { readonly port: number; readonly connected: number } | null;
  readonly components: Readonly<Record<string, boolean>> | null;
  readonly problems: readonly unknown[];
}

export class OperatorNode {
  private constructor(
    readonly koii: TaskNode,
    readonly podman: EmulatedPodman,
    readonly relay: OrcaRelay,
    readonly account: TaskAccount,
    readonly clock: SlotClock,
    readonly address: string,
  ) {}

  static async start(
    variables: Readonly<Record<string, string>>,
    network = 'regtest',
  ): Promise<OperatorNode> {
    const clock = new SlotClock(FIRST_SLOT + 40, SLOT_MS);
    const account = new TaskAccount(
      {
        ...{ taskId, startingSlot: FIRST_SLOT, roundTime: ROUND_SLOTS },
        ...{ submissionWindow: 300, auditWindow: 300, bountyPerRound: 1_000_000_000, minimumStake: 5 },
      },
      clock,
    );
    const wallet = makeStakingWallet();
    account.stakes[wallet.address] = 5;
    const storage = new StorageNode('StorageTask', () => true);
    const storageUrl = await storage.start();
    atTestEnd(() => storage.stop());
    const podman = new EmulatedPodman();
    const relay = new OrcaRelay({ taskId, shape: 'nested', startPod: podman.startPod });
    const orcaUrl = await relay.start();
    atTestEnd(() => relay.stop());
    const folder = await temporaryFolder();
    const pins = {
      reserveEpochs: [{ epoch: 0, script: RESERVE_SCRIPT, firstRound: 0, lastRound: 1_000_000 }],
      ...{ lineage: [], network, image: 'localhost/orcapool:0.1.0', orcaUrl },
      bountyPerRound: account.task.bountyPerRound,
      sideCarImage: 'docker.io/labrocadabro/pulse-proxy:0.1',
      storage: { taskId: storage.taskId, nodes: [storageUrl] },
    };
    const [pinsFile, bundle] = [join(folder, 'pins.json'), join(folder, 'main.js')];
    await writeFile(pinsFile, JSON.stringify(pins));
    const build = join(ROOT, 'orca/task/build.js');
    await promisify(execFile)(process.execPath, [build, '--pins', pinsFile, '--out', bundle]);
    const execPath = await node18();
    const koii = new TaskNode({ bundle, folder, wallet, account, clock, execPath, variables });
    atTestEnd(async () => {
      await koii.stop();
    });
    await koii.start();
    return new OperatorNode(koii, podman, relay, account, clock, wallet.address);
  }

  get pod(): PoolProgram {
    return this.podman.pods[0]!;
  }

  /** The slot so far into a round, in windows of 300 slots. */
  toRound(round: number, windows: number): void {
    this.clock.advanceTo(this.account.startOf(round) + Math.floor(windows * 300));
  }

  async status(): Promise<Status> {
    return (await this.koii.get('/status')) as Status;
  }

  /** Padding taken off; null while there is none. */
  submitted(round: number): string | null {
    return this.account.submissionsOf(round)[this.address]?.submission_value.trimEnd() ?? null;
  }

  async until(what: string, isSo: () => unknown, timeoutMs = 40_000): Promise<void> {
    const deadlineMs = Date.now() + timeoutMs;
    while (!(await isSo())) {
      if (Date.now() > deadlineMs) {
        const said = JSON.stringify(await this.status(), null, 1);
        const pod = this.podman.pods[0]?.output.slice(-3_000);
        throw new Error(`never: ${what}; the task says ${said}\n${this.koii.output.slice(-2_000)}\n${pod}`);
      }
      await sleep(50);
    }
  }
}
