/**
 * How the process ends. Koii starts a task again that exits with 0, after a while that grows, and leaves one that exits
 * with 1 alone until the operator clicks; so what nobody caught ends in 0, after the operator was told what to do.
 */
import { errorMessage } from '../../../src/lib/index.js';
import type { KoiiNode } from './koii/koii-node.js';

const PATIENCE_MS = 2_000;

/** Before anything else. `nodeNow`: null while there is none to tell; then only the log says what happened. */
export function guardExit(nodeNow: () => Pick<KoiiNode, 'notify'> | null): void {
  let isEnding = false;
  const end = (error: unknown): void => {
    if (isEnding) return;
    isEnding = true;
    console.error(error);
    setTimeout(() => process.exit(0), PATIENCE_MS);
    const what = `The Bitcoin pool task has to start again: ${errorMessage(error)}`;
    const whatToDo = 'Nothing, if it runs again in five minutes; else report the last lines of its log.';
    const told = nodeNow()?.notify('error', what, whatToDo) ?? Promise.resolve();
    void told.then(() => process.exit(0));
  };
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
}
