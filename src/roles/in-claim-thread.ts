/** Runs one task on a round's shares in a thread of its own, and answers what that asks about the chain. */
import { Worker } from 'node:worker_threads';
import type { Standing } from '../bitcoind/index.js';
import { CodedError } from '../lib/index.js';
import type { ClaimTask, ClaimTaskResult, ClaimThreadQuestion } from './claim-thread.js';

export class ClaimThreadError extends CodedError<'CLAIM_THREAD_ENDED'> {}

type Answer = (prevHashes: readonly Uint8Array[]) => Promise<Standing>;

const NOTHING_SHOWN: Standing = { beside: [], lost: [] };

function isQuestion(message: unknown): message is ClaimThreadQuestion {
  return typeof message === 'object' && message !== null && 'prevHashes' in message;
}

/** Rejects with `ClaimThreadError`, and what the thread throws. */
export function inClaimThread<Task extends ClaimTask>(
  task: Task,
  answer: Answer = async () => NOTHING_SHOWN,
): Promise<ClaimTaskResult<Task['kind']>> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL('./claim-thread.js', import.meta.url), { workerData: task });
    thread.on('message', (message: unknown) => {
      if (!isQuestion(message)) resolve(message as ClaimTaskResult<Task['kind']>);
      else void answer(message.prevHashes).then((standing) => thread.postMessage(standing));
    });
    thread.once('error', reject);
    thread.once('exit', (code) =>
      reject(new ClaimThreadError('CLAIM_THREAD_ENDED', `the thread that reads a round ended with ${code}`)),
    );
  });
}
