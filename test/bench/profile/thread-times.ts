/** CPU time of each thread of a process, in user mode and in the kernel, as Linux counts it (proc(5)). */
import { readdirSync, readFileSync } from 'node:fs';
import { errorCode } from '../../../src/lib/index.js';

const TICKS_PER_SECOND = 100;

export interface ThreadTime {
  readonly userSeconds: number;
  readonly kernelSeconds: number;
  /** Times it gave the core away to wait. */
  readonly waits: number;
}

/** By thread id; that of the main thread is the process's. */
export function threadTimes(pid: number): Map<number, ThreadTime> {
  const times = new Map<number, ThreadTime>();
  for (const tid of readdirSync(`/proc/${pid}/task`).map(Number)) {
    try {
      const stat = readFileSync(`/proc/${pid}/task/${tid}/stat`, 'latin1');
      const status = readFileSync(`/proc/${pid}/task/${tid}/status`, 'latin1');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      times.set(tid, {
        userSeconds: Number(fields[11]) / TICKS_PER_SECOND,
        kernelSeconds: Number(fields[12]) / TICKS_PER_SECOND,
        waits: Number(/^voluntary_ctxt_switches:\s+(\d+)$/m.exec(status)?.[1]),
      });
    } catch (error) {
      // A thread that ended meanwhile.
      if (errorCode(error) !== 'ENOENT' && errorCode(error) !== 'ESRCH') throw error;
    }
  }
  return times;
}
