/**
 * `mining.notify`. The previous block's hash goes out with the bytes of each 4-byte word reversed, an inheritance of
 * getwork; branch hashes go out as they are; version, bits and time are exactly 8 lower-case hex digits, or cpuminer
 * drops the whole message. What is the same for every miner of a work is rendered once.
 */
import { toHex } from '../../lib/index.js';
import type { Assignment } from '../session/job-memory.js';
import type { LiveWork } from '../session/work-board.js';

interface RenderedWork {
  readonly prevHash: string;
  readonly branch: string;
  readonly versionAndBits: string;
}

const rendered = new WeakMap<LiveWork, RenderedWork>();

export function notify({ issued, clean }: Assignment): string {
  const { prevHash, branch, versionAndBits } = render(issued.work);
  const coinbase = `"${toHex(issued.job.prefix)}","${toHex(issued.job.suffix)}"`;
  return (
    `{"id":null,"method":"mining.notify","params":["${issued.id}","${prevHash}",${coinbase},` +
    `${branch},${versionAndBits},"${uint32Hex(issued.time)}",${clean}]}\n`
  );
}

function render(work: LiveWork): RenderedWork {
  let render = rendered.get(work);
  if (render === undefined) {
    const { prevHash, branch, version, bits } = work.template;
    render = {
      prevHash: toHex(swapWords(prevHash)),
      branch: `[${branch.map((hash) => `"${toHex(hash)}"`).join(',')}]`,
      versionAndBits: `"${uint32Hex(version)}","${uint32Hex(bits)}"`,
    };
    rendered.set(work, render);
  }
  return render;
}

/** The bytes of each 4-byte word reversed. */
function swapWords(hash: Uint8Array): Uint8Array {
  return hash.map((_, i) => hash[i ^ 3]!);
}

export function uint32Hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}
