/**
 * The thread of `watchStop`: waits, says so, and ends the process. The loop that stands still may be what this thread's
 * packages would be loaded with, so it has none, and writes its line itself.
 */
import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import type { StopWatchData } from './stop-watch.js';

const STANDARD_OUTPUT = 1;

const { role, ms } = workerData as StopWatchData;
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
const line = {
  level: 'warn',
  time: new Date().toISOString(),
  pid: process.pid,
  role,
  afterMs: ms,
  msg: 'the node did not stop in time and is killed: is the disk of the data directory slow?',
};
try {
  writeSync(STANDARD_OUTPUT, `${JSON.stringify(line)}\n`);
} finally {
  process.kill(process.pid, 'SIGKILL');
}
