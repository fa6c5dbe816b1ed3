/** The bundle that speaks the Koii node's protocol itself. */
import { HttpKoiiNode } from './koii/http-koii-node.js';
import { readNodeArguments } from './koii/node-arguments.js';
import { WireClient } from './koii/wire-client.js';
import type { Pins } from './pins.js';
import { runTask } from './run-task.js';

/** Put in by build.js. */
declare const ORCAPOOL_PINS: Pins;

const node = readNodeArguments(process.argv);
const koii = new HttpKoiiNode(new WireClient(node.nodePort, node.taskId, node.secret));
void runTask(node, koii, ORCAPOOL_PINS);
