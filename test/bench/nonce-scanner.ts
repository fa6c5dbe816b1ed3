/** How fast one thread of the test miner hashes. */
import { compileLanes, NonceScanner } from '../../src/miner/index.js';
import { type Measurement, NOT_TIMED } from './measurement.js';

const LASTING_MS = 2_000;
const SPAN = 1 << 20;

export function benchNonceScanner(): Measurement[] {
  const scanner = new NonceScanner(compileLanes());
  // No hash meets the target 0, so nothing is found and every nonce is tried.
  scanner.load(new Uint8Array(80).fill(7), new Uint8Array(32));
  scanner.next(0, SPAN);
  const before = scanner.hashes;
  const startMs = performance.now();
  let from = 0;
  do {
    scanner.next(from, from + SPAN);
    from = (from + SPAN) % 2 ** 32;
  } while (performance.now() - startMs < LASTING_MS);
  const rate = ((scanner.hashes - before) / (performance.now() - startMs)) * 1000;
  return [
    {
      bench: 'nonce scanner',
      what: 'one thread',
      rate,
      unit: 'H',
      ...NOT_TIMED,
      cores: null,
      note: 'the test miner',
    },
  ];
}
