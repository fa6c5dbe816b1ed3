/**
 * The bundle with Koii's own packages, built only where they are installed. Koii's task manager drives it; it makes the
 * list and compares lists by ours, and has its own loop of audits ask for one submission at a time. Ours audits all, so
 * that loop starts it and is told nothing: a thrown error is no vote.
 */
import { app, namespaceWrapper } from '@_koii/namespace-wrapper';
import { initializeTaskManager } from '@_koii/task-manager';
import { PublicKey } from '@_koii/web3.js';
import { guardExit } from './exit-guard.js';
import { readNodeArguments } from './koii/node-arguments.js';
import { PackagedKoiiNode } from './koii/packaged-koii-node.js';
import { SteadyKoiiNode } from './koii/steady-koii-node.js';
import type { Pins } from './pins.js';
import { ARCHIVE_PATH } from './pool/own-archives.js';
import { type RunningTask, startTask } from './run-task.js';
import { answerRoute, pathOf } from './status-server.js';
import { systemTimers } from './system-timers.js';

/** Put in by build.js. */
declare const ORCAPOOL_PINS: Pins;

let known: SteadyKoiiNode | null = null;
guardExit(() => known);
const { taskId, nodePort } = readNodeArguments(process.argv);
const publicKey = (base58: string) => new PublicKey(base58);
const packaged = new PackagedKoiiNode(namespaceWrapper, publicKey, `http://127.0.0.1:${nodePort}`);
const node = new SteadyKoiiNode(packaged, systemTimers);
known = node;
let running: Promise<RunningTask> | null = null;
const audits = new Map<number, Promise<void>>();

function started(): Promise<RunningTask> {
  running ??= startTask(taskId, node, ORCAPOOL_PINS);
  return running;
}

initializeTaskManager({
  async setup() {
    await started();
  },
  async task(round) {
    const { task } = await started();
    await task.task(round);
  },
  async submission(round) {
    const { task } = await started();
    return await task.makeSubmission(round);
  },
  async audit(_submission, round) {
    const { task } = await started();
    if (!audits.has(round)) audits.set(round, task.audit(round));
    throw new Error(`round ${round} is audited as a whole, and votes are cast there`);
  },
  async distribution(submitters, _bounty, round) {
    const { task } = await started();
    const list = await task.makeList(round);
    return list ?? Object.fromEntries(submitters.map(({ publicKey }) => [publicKey, 0]));
  },
  async routes() {
    const { routes, archives } = await started();
    app.get(ARCHIVE_PATH, (request, response) => {
      void archives.answer(pathOf(request) ?? '', response);
    });
    for (const [path, route] of Object.entries(routes)) {
      app.get(path, (request, response) => answerRoute(route, request, response));
    }
  },
});
