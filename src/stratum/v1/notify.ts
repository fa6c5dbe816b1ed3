/**
 * `mining.notify`. The previous block's hash goes out with the bytes of each 4-byte word reversed, an inheritance of
 * getwork; branch hashes go out as they are; version, bits and time are exactly 8 lower-case hex digits, or cpuminer
 * drops the whole message. What is the same for every miner of a work, and for every connection of a job, is rendered
 * once: ten thousand notifies are ten thousand short concatenations.
 */
import { toHex } from '../../lib/index.js';
import type { Job } from '../../mining/index.js';
import type { Assignment } from '../session/job-memory.js';
import type { LiveWork } from '../session/work-board.js';

/** By job: `"previous hash","coinbase 1","coinbase 2",[branch],"version","bits"`. */
const renderedJobs = new WeakMap<Job, string>();

export function notify({ issued, clean }: Assignment): string {
  const { id, job, work, time } = issued;
  const middle = renderedJobs.get(job) ?? renderJob(job, work);
  return `{"id":null,"method":"mining.notify","params":["${id}",${middle},"${uint32Hex(time)}",${clean}]}\n`;
}

function renderJob(job: Job, work: LiveWork): string {
  const { prevHash, branch, versionAndBits } = renderedWorks.get(work) ?? renderWork(work);
  const text = `"${prevHash}","${toHex(job.prefix)}","${toHex(job.suffix)}",${branch},${versionAndBits}`;
  renderedJobs.set(job, text);
  return text;
}

interface RenderedWork {
  readonly prevHash: string;
  readonly branch: string;
  readonly versionAndBits: string;
}

const renderedWorks = new WeakMap<LiveWork, RenderedWork>();

function renderWork(work: LiveWork): RenderedWork {
  const { prevHash, branch, version, bits } = work.template;
  const text = {
    prevHash: toHex(swapWords(prevHash)),
    branch: `[${branch.map((hash) => `"${toHex(hash)}"`).join(',')}]`,
    versionAndBits: `"${uint32Hex(version)}","${uint32Hex(bits)}"`,
  };
  renderedWorks.set(work, text);
  return text;
}

/** The bytes of each 4-byte word reversed. */
function swapWords(hash: Uint8Array): Uint8Array {
  return hash.map((_, i) => hash[i ^ 3]!);
}

export function uint32Hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}
