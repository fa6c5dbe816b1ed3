/**
 * What a session's next notify is about. The same work at the same difficulty and with the same signature is the same
 * job; a signature that would make the coinbase longer than the miner can take is left out.
 */
import { bitsOfDifficulty, type Network } from '../../bitcoin/index.js';
import { coinbaseClassOf, coinbaseLength, type Job, makeJob, type Payout } from '../../mining/index.js';
import type { IssuedJob } from './job-memory.js';
import { NO_SIGNATURE, type Signature } from './signature.js';
import type { LiveWork } from './work-board.js';

export interface Wanted {
  readonly payout: Payout;
  readonly difficulty: number;
  readonly signature: Signature;
  readonly userAgent: string;
}

/** `last`: the job sent before, of the same payout. */
export function jobFor(
  work: LiveWork,
  last: IssuedJob | null,
  { payout, difficulty, signature, userAgent }: Wanted,
  network: Network,
): Pick<IssuedJob, 'job' | 'signature'> {
  const isSame =
    last?.work === work && last.difficulty === difficulty && last.signature.row === signature.row;
  if (isSame) return { job: last.job, signature };
  const bits = bitsOfDifficulty(difficulty);
  const make = ({ bytes }: Signature): Job => makeJob({ ...work, signature: bytes, payout, bits }, network);
  const job = make(signature);
  if (signature.row === NO_SIGNATURE.row) return { job, signature };
  const fits = coinbaseLength(job) <= coinbaseClassOf(userAgent).coinbaseBytes;
  return fits ? { job, signature } : { job: make(NO_SIGNATURE), signature: NO_SIGNATURE };
}
