/** The hostile miner's ears: what the pool has told it, and the shares that it can make of that. */
import { fromHex, sha256d } from '../../src/lib/index.js';
import {
  buildHeader,
  meetsTarget,
  parseNotify,
  targetLeOfDifficulty,
  uint32Hex,
} from '../../src/miner/index.js';
import type { Said } from './answers-owed.js';

/** Forty times what a share of the highest difficulty takes. */
const MOST_NONCES = 16_384;

export class FuzzMiner {
  private readonly filled = new Map<string, string>();
  private notify: readonly unknown[] | null = null;
  private earlier: readonly unknown[] | null = null;
  private difficulty = 1;
  private extranonce2 = 0;

  constructor(address: string) {
    this.filled
      .set('address', address)
      .set('user', `${address}.fuzz`)
      .set('session', 'aa')
      .set('job', 'bb')
      .set('extranonce1', '00000000')
      .set('extranonce2', '0000000000000000')
      .set('time', '00000000')
      .set('nonce', '00000000');
  }

  hear({ method, params = [], result }: Said): void {
    if (method === 'mining.set_difficulty') this.difficulty = Number(params[0]);
    else if (method === 'mining.notify') {
      this.earlier = this.notify ?? params;
      this.notify = params;
      this.filled.set('job', String(params[0])).set('time', String(params[7]));
    } else if (Array.isArray(result) && typeof result[1] === 'string') {
      this.filled.set('extranonce1', result[1]).set('session', sessionOf(result));
    }
  }

  /** What `input.ts` says; where none is found soon, the last one tried. */
  solve(kind: 'share' | 'low' | 'earlier'): void {
    const notify = kind === 'earlier' ? this.earlier : this.notify;
    if (notify === null) return;
    const work = parseNotify(notify);
    const extranonce2 = (++this.extranonce2).toString(16).padStart(16, '0');
    const target = targetLeOfDifficulty(this.difficulty);
    const header = buildHeader(work, fromHex(this.filled.get('extranonce1')!), {
      extranonce2: fromHex(extranonce2),
      time: work.time,
      version: work.version,
      nonce: 0,
    });
    const view = new DataView(header.buffer);
    let nonce = 0;
    for (; nonce < MOST_NONCES; nonce++) {
      view.setUint32(76, nonce, true);
      if (meetsTarget(sha256d(header), target) === (kind !== 'low')) break;
    }
    this.filled
      .set('job', work.jobId)
      .set('time', uint32Hex(work.time))
      .set('extranonce2', extranonce2)
      .set('nonce', uint32Hex(nonce))
      .set('frame', submitFrame(work.jobId, this.extranonce2, nonce, work.time));
  }

  fill(text: string): string {
    return text.replace(/<([a-z0-9]+)>/g, (whole, name: string) => this.filled.get(name) ?? whole);
  }
}

/** As a farm agent says it for its machine 0. */
function submitFrame(jobId: string, extranonce2: number, nonce: number, time: number): string {
  const frame = Buffer.from(`7f031300${'00'.repeat(15)}`, 'hex');
  frame.writeUInt8(Number(jobId) & 0xff, 4);
  frame.writeUInt32LE(extranonce2, 7);
  frame.writeUInt32LE(nonce, 11);
  frame.writeUInt32LE(time, 15);
  return frame.toString('latin1');
}

function sessionOf(subscription: readonly unknown[]): string {
  const list = subscription[0];
  const first: unknown = Array.isArray(list) ? list[0] : null;
  return Array.isArray(first) ? String(first[1]) : '';
}
