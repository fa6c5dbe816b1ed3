/** The bundle that speaks the Koii node's protocol itself. Calls that come while it is starting wait until it has. */
import { HttpKoiiNode } from './koii/http-koii-node.js';
import { callOf } from './koii/ipc-calls.js';
import { readNodeArguments } from './koii/node-arguments.js';
import { WireClient } from './koii/wire-client.js';
import type { Pins } from './pins.js';
import { startTask } from './run-task.js';
import { serveRoutes } from './status-server.js';

/** Put in by build.js. */
declare const ORCAPOOL_PINS: Pins;

const { taskId, httpPort, nodePort, secret } = readNodeArguments(process.argv);
const node = new HttpKoiiNode(new WireClient(nodePort, taskId, secret));
const started = startTask(taskId, node, ORCAPOOL_PINS);
process.on('message', (message: unknown) => {
  void started.then(({ task }) => callOf(message, task)?.());
});
void started.then(({ routes }) =>
  serveRoutes(
    { ...routes, '/taskState': async () => ({ taskState: await node.taskState({ stakes: true }) }) },
    httpPort,
  ),
);
