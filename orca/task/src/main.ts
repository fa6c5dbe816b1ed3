/** The bundle that speaks the Koii node's protocol itself. Calls that come while it is starting wait until it has. */
import { HttpKoiiNode } from './koii/http-koii-node.js';
import { callOf } from './koii/ipc-calls.js';
import { readNodeArguments } from './koii/node-arguments.js';
import { WireClient } from './koii/wire-client.js';
import type { Pins } from './pins.js';
import { RoundCalls } from './round-calls.js';
import { startTask } from './run-task.js';
import { serveRoutes } from './status-server.js';

/** Put in by build.js. */
declare const ORCAPOOL_PINS: Pins;

const { taskId, httpPort, nodePort, secret } = readNodeArguments(process.argv);
const node = new HttpKoiiNode(new WireClient(nodePort, taskId, secret));
const started = startTask(taskId, node, ORCAPOOL_PINS);
const calls = started.then(async ({ task }) => {
  const { address } = await node.stakingKey();
  return new RoundCalls(task, node, address);
});
process.on('message', (message: unknown) => {
  void calls.then((each) => callOf(message, each)?.());
});
void calls.then((each) => each.resume());
void started.then(({ routes, archives }) =>
  serveRoutes(
    { ...routes, '/taskState': async () => ({ taskState: await node.taskState({ stakes: true }) }) },
    archives,
    httpPort,
  ),
);
