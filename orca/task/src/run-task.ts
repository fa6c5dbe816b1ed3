/**
 * The task from its start to its end, in whichever node: makes the container run, then does what the node asks for. The
 * calls that came while it was starting are made once it has started.
 */
import { errorMessage } from '../../../src/lib/index.js';
import { guardExit } from './exit-guard.js';
import { K2Rpc } from './k2/k2-rpc.js';
import { callOf } from './koii/ipc-calls.js';
import type { KoiiNode } from './koii/koii-node.js';
import type { NodeArguments } from './koii/node-arguments.js';
import { OrcaClient } from './orca/orca-client.js';
import type { Pins } from './pins.js';
import { Container } from './pool/container.js';
import { RoundTeller } from './pool/round-teller.js';
import { SharedFolder } from './pool/shared-folder.js';
import { PoolTask } from './pool-task.js';
import { serveRoutes } from './status-server.js';
import { KoiiStorage } from './storage/koii-storage.js';
import { systemTimers } from './system-timers.js';
import { TaskStatus } from './task-status.js';

const MINUTE_MS = 60_000;

export async function runTask(
  { taskId, httpPort }: NodeArguments,
  node: KoiiNode,
  pins: Pins,
): Promise<void> {
  guardExit(node);
  const timers = systemTimers;
  const status = new TaskStatus(timers);
  const started = startTask(taskId, node, pins, status);
  process.on('message', (message: unknown) => {
    void started.then(({ task }) => callOf(message, task)?.());
  });
  const { orca, container, task } = await started;
  const stop = (): void => {
    task.stop();
    orca.close();
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  // The node is gone, and with it whoever would stop this process.
  process.on('disconnect', stop);
  await serveRoutes(
    {
      '/status': async () => ({
        ...status.text(),
        container: await container.health().catch((error) => ({ unreachable: errorMessage(error) })),
      }),
      '/taskState': async () => ({ taskState: await node.taskState({ stakes: true }) }),
    },
    httpPort,
  );
  timers.every(MINUTE_MS, () => console.log(status.line(timers.nowMs() - MINUTE_MS)));
}

interface Started {
  readonly orca: OrcaClient;
  readonly container: Container;
  readonly task: PoolTask;
}

async function startTask(taskId: string, node: KoiiNode, pins: Pins, status: TaskStatus): Promise<Started> {
  const timers = systemTimers;
  const key = await node.stakingKey();
  const folder = new SharedFolder(await node.basePath());
  const k2 = new K2Rpc(await node.rpcUrl());
  const orca = new OrcaClient({ url: pins.orcaUrl, taskId, image: pins.image }, timers);
  const container = new Container(orca, key.taskToken());
  const teller = new RoundTeller(node, k2, container, key, taskId, pins);
  const storage = new KoiiStorage(pins.storage);
  const task = new PoolTask({ node, key, container, teller, folder, storage, status, timers });
  return { orca, container, task };
}
