/**
 * `mining.notify`. The previous block's hash goes out with the bytes of each 4-byte word reversed, an inheritance of
 * getwork; branch hashes go out as they are; version, bits and time are exactly 8 lower-case hex digits, or cpuminer
 * drops the whole message. What is the same for every miner of a work, and for every connection of a job, is rendered
 * once: a notify is a short concatenation around the 32 bytes that are the miner's own.
 */
import { toHex } from '../../lib/index.js';
import type { Assignment, IssuedJob } from '../session/job-memory.js';
import { coinbasePieces, headerParts } from '../session/job-parts.js';
import type { LiveWork } from '../session/work-board.js';

/** Of what many jobs have in common. A miner's own is not kept: it is 64 digits between two of these. */
const renderedPieces = new WeakMap<Uint8Array, string>();

/** `id`: the job's on this wire, where that is another. */
export function notify({ issued, clean }: Assignment, id: string = issued.id): string {
  const { job, work, time } = issued;
  const { prevHash, rest } = renderedWorks.get(work) ?? renderWork(work);
  return `{"id":null,"method":"mining.notify","params":["${id}","${prevHash}",${renderCoinbase(job)},${rest},"${uint32Hex(time)}",${clean}]}\n`;
}

function renderCoinbase(job: IssuedJob['job']): string {
  const { first, middle, own, last } = coinbasePieces(job);
  return `"${renderPiece(first)}","${renderPiece(middle)}${toHex(own)}${renderPiece(last)}"`;
}

function renderPiece(bytes: Uint8Array): string {
  let text = renderedPieces.get(bytes);
  if (text === undefined) {
    text = toHex(bytes);
    renderedPieces.set(bytes, text);
  }
  return text;
}

interface RenderedWork {
  readonly prevHash: string;
  /** `[branch],"version","bits"` */
  readonly rest: string;
}

const renderedWorks = new WeakMap<LiveWork, RenderedWork>();

function renderWork(work: LiveWork): RenderedWork {
  const { prevHash, branch, version, bits } = headerParts(work);
  const text = {
    prevHash: toHex(swapWords(prevHash)),
    rest: `[${branch.map((hash) => `"${toHex(hash)}"`).join(',')}],"${uint32Hex(version)}","${uint32Hex(bits)}"`,
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
