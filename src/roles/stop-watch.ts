/**
 * Ends this process when its stop takes too long, also while its loop stands still in an fsync: from a thread, and with
 * SIGKILL, since nothing else reaches a process then. What was answered is on disk by then, whatever is left undone.
 */
import { Worker } from 'node:worker_threads';

export interface StopWatchData {
  readonly role: string;
  readonly ms: number;
}

/** `ms`: from now, until this process is no more. It keeps no process from ending earlier. */
export function watchStop(role: string, ms: number): void {
  const workerData: StopWatchData = { role, ms };
  new Worker(new URL('./stop-watch-thread.js', import.meta.url), { workerData }).unref();
}
