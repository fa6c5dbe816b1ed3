/**
 * The task from its start to its end, in whichever node: makes the container run and keeps it told. Who passes on what
 * the node asks for is the bundle's business.
 */
import { errorMessage } from '../../../src/lib/index.js';
import { guardExit } from './exit-guard.js';
import { K2Rpc } from './k2/k2-rpc.js';
import type { KoiiNode } from './koii/koii-node.js';
import { OrcaClient } from './orca/orca-client.js';
import type { Pins } from './pins.js';
import { Container } from './pool/container.js';
import { RoundTeller } from './pool/round-teller.js';
import { SharedFolder } from './pool/shared-folder.js';
import { PoolTask } from './pool-task.js';
import { KoiiStorage } from './storage/koii-storage.js';
import { systemTimers } from './system-timers.js';
import { TaskStatus } from './task-status.js';

const MINUTE_MS = 60_000;

export interface RunningTask {
  readonly task: PoolTask;
  /** What `/status` shows. */
  status(): Promise<object>;
}

/** `taskId`: base58. Throws `KoiiNodeError`. */
export async function startTask(taskId: string, node: KoiiNode, pins: Pins): Promise<RunningTask> {
  guardExit(node);
  const timers = systemTimers;
  const status = new TaskStatus(timers);
  const key = await node.stakingKey();
  const folder = new SharedFolder(await node.basePath());
  const k2 = new K2Rpc(await node.rpcUrl());
  const orca = new OrcaClient({ url: pins.orcaUrl, taskId, image: pins.image }, timers);
  const container = new Container(orca, key.taskToken());
  const teller = new RoundTeller(node, k2, container, key, taskId, pins);
  const storage = new KoiiStorage(pins.storage);
  const task = new PoolTask({ node, key, container, teller, folder, storage, status, timers });
  const stop = (): void => {
    task.stop();
    orca.close();
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  // The node is gone, and with it whoever would stop this process.
  process.on('disconnect', stop);
  timers.every(MINUTE_MS, () => console.log(status.line(timers.nowMs() - MINUTE_MS)));
  void task.start();
  return {
    task,
    status: async () => ({
      ...status.text(),
      container: await container.health().catch((error) => ({ unreachable: errorMessage(error) })),
    }),
  };
}
