/** The bundle that speaks the Koii node's protocol itself. Calls that come while it is starting wait until it has. */
import { guardExit } from './exit-guard.js';
import { HttpKoiiNode } from './koii/http-koii-node.js';
import { insist } from './koii/insist.js';
import { callOf } from './koii/ipc-calls.js';
import { readNodeArguments } from './koii/node-arguments.js';
import { SteadyKoiiNode } from './koii/steady-koii-node.js';
import { WireClient } from './koii/wire-client.js';
import type { Pins } from './pins.js';
import { RoundCalls } from './round-calls.js';
import { startTask } from './run-task.js';
import { serveRoutes } from './status-server.js';
import { systemTimers } from './system-timers.js';

/** Put in by build.js. */
declare const ORCAPOOL_PINS: Pins;

const RESUME_WAIT_MS = 15_000;

let known: SteadyKoiiNode | null = null;
guardExit(() => known);
const { taskId, httpPort, nodePort, secret } = readNodeArguments(process.argv);
const node = new SteadyKoiiNode(new HttpKoiiNode(new WireClient(nodePort, taskId, secret)), systemTimers);
known = node;
const started = startTask(taskId, node, ORCAPOOL_PINS);
const calls = started.then(async ({ task }) => {
  const { address } = await node.stakingKey();
  return new RoundCalls(task, node, address);
});
process.on('message', (message: unknown) => {
  void calls.then((each) => callOf(message, each)?.());
});
void calls.then((each) =>
  insist({ timers: systemTimers, longestWaitMs: RESUME_WAIT_MS, isTooLate: async () => false }, () =>
    each.resume(),
  ),
);
void started.then(({ routes, archives }) =>
  serveRoutes(
    { ...routes, '/taskState': async () => ({ taskState: await node.taskState({ stakes: true }) }) },
    archives,
    httpPort,
  ),
);
