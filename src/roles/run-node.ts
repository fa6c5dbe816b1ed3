/** The role `node`: one pool node until it is told to stop. */
import { type ConfigFlags, descriptorLimit } from '../cli/index.js';
import { createLogger } from './create-logger.js';
import { PoolNode } from './pool-node.js';
import { configOf } from './read-config.js';
import { starterGone } from './starter-gone.js';
import { watchStop } from './stop-watch.js';
import { systemTimers } from './system-timers.js';
import { untilSignal } from './until-signal.js';

/** Under the ten seconds that a stop may take. */
const LONGEST_STOP_MS = 9_500;

/** Resolves to the exit code. Throws a `CodedError` when the node cannot start. */
export async function runNode(flags: ConfigFlags): Promise<number> {
  const stopped = Promise.race([untilSignal(), starterGone().then((): NodeJS.Signals => 'SIGTERM')]);
  const config = configOf(flags);
  const role = 'node';
  const logger = createLogger({ ...config.log, role }, process.stdout);
  void stopped.then(() => watchStop(role, LONGEST_STOP_MS));
  const starting = PoolNode.start(config, {
    logger,
    timers: systemTimers,
    descriptorLimit: await descriptorLimit(),
    logFile: null,
    isClaimed: false,
  });
  const node = await Promise.race([starting, stopped.then(() => null)]);
  // Told to stop before it was up: its listeners end with the channel when this process does.
  if (node === null) return dieOf(await stopped);
  logger.info(node.ports, 'the node is up');
  const signal = await stopped;
  logger.info({ signal }, 'stopping');
  return (await node.stop()) ? 0 : dieOf(signal);
}

/** Leaving the usual way waits for every thread, and one of them waits for the disk. */
function dieOf(signal: NodeJS.Signals): Promise<never> {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
  return new Promise(() => {});
}
