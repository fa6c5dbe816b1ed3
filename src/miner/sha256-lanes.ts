/**
 * Emits, once per process, a WebAssembly module that double-hashes block headers four nonces at a time: SHA-256
 * (FIPS 180-4, section 6.2.2) fully unrolled on 128-bit vectors, one nonce per 32-bit lane. Plain JavaScript has
 * no vectors, and this is several times its rate. Constants are folded while emitting (padding, initial state),
 * the three rounds before the nonce's word run outside the loop, and the last three rounds are not emitted at
 * all, because the hash's most significant word is already final after round 61. Opcodes: WebAssembly core 2.0,
 * appendix A.7.
 */

/** Byte offsets in the module's memory; every field holds native 32-bit words. */
export const LANE_MEMORY = {
  /** 8 words: state after the header's first 64 bytes. */
  midstate: 0,
  /** 3 words: header bytes 64..75, read big-endian. */
  tail: 32,
  /** 1 word: the target's most significant 32 bits. */
  targetTop: 44,
} as const;

/** Exported as `scan`: tries 4·`groups` nonces from `firstNonce`, returns the groups before the first candidate. */
export type Scan = (firstNonce: number, groups: number) => number;

interface Lanes {
  /** Present when every lane holds this value whatever the header is. */
  readonly known?: number;
  /** Instructions that push the value. */
  readonly code: readonly number[];
}

const V128 = 0x7b;
const I32 = 0x7f;
const FIRST_NONCE = 0;
const GROUPS = 1;
const GROUP = 2;
const FIRST_VECTOR_LOCAL = 3;
const SWAP_BYTES = [3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12];

const primes: number[] = [];
for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
const fraction = (root: number): number => Math.floor((root % 1) * 2 ** 32) | 0;
const K = primes.map((prime) => fraction(Math.cbrt(prime)));
const INITIAL = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));

function leb(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >>> 7)];
}

const simd = (opcode: number): number[] => [0xfd, ...leb(opcode)];
const wordBytes = (word: number): number[] => [
  word & 255,
  (word >>> 8) & 255,
  (word >>> 16) & 255,
  word >>> 24,
];
const vectorOf = (lanes: readonly number[]): number[] => [...simd(0x0c), ...lanes.flatMap(wordBytes)];

const known = (word: number): Lanes => ({ known: word | 0, code: vectorOf([word, word, word, word]) });
const loaded = (offset: number): Lanes => ({ code: [0x41, 0, ...simd(0x09), 2, ...leb(offset)] });
const swapped = (x: Lanes): Lanes => ({ code: [...x.code, ...simd(0x0c), ...SWAP_BYTES, ...simd(0x0e)] });

function binary(opcode: number, fold: (a: number, b: number) => number): (x: Lanes, y: Lanes) => Lanes {
  return (x, y) => {
    if (x.known !== undefined && y.known !== undefined) return known(fold(x.known, y.known));
    return { code: [...x.code, ...y.code, ...simd(opcode)] };
  };
}

const plus = binary(0xae, (a, b) => (a + b) | 0);
const and = binary(0x4e, (a, b) => a & b);
const or = binary(0x50, (a, b) => a | b);
const xor = binary(0x51, (a, b) => a ^ b);

function shift(opcode: number, fold: (a: number, by: number) => number): (x: Lanes, by: number) => Lanes {
  return (x, by) =>
    x.known !== undefined ? known(fold(x.known, by)) : { code: [...x.code, 0x41, by, ...simd(opcode)] };
}

const left = shift(0xab, (a, by) => a << by);
const right = shift(0xad, (a, by) => a >>> by);
const rotated = (x: Lanes, by: number): Lanes => or(right(x, by), left(x, 32 - by));

/** Known terms are summed first, so that they cost one addition or none. */
function sum(...terms: readonly Lanes[]): Lanes {
  let constant = 0;
  let total: Lanes | null = null;
  for (const term of terms) {
    if (term.known !== undefined) constant = (constant + term.known) | 0;
    else total = total === null ? term : plus(total, term);
  }
  if (total === null) return known(constant);
  return constant === 0 ? total : plus(total, known(constant));
}

class Emitter {
  readonly code: number[] = [];
  vectorLocals = 0;

  /** Keeps a value that is used more than once. */
  keep(x: Lanes): Lanes {
    if (x.known !== undefined) return x;
    const local = leb(FIRST_VECTOR_LOCAL + this.vectorLocals++);
    this.code.push(...x.code, 0x21, ...local);
    return { code: [0x20, ...local] };
  }

  /** Extends the message schedule in place up to and including word `last`. */
  expand(w: Lanes[], last: number): void {
    for (let i = w.length; i <= last; i++) {
      const x = w[i - 15]!;
      const y = w[i - 2]!;
      const s0 = xor(xor(rotated(x, 7), rotated(x, 18)), right(x, 3));
      const s1 = xor(xor(rotated(y, 17), rotated(y, 19)), right(y, 10));
      w.push(this.keep(sum(s1, w[i - 7]!, s0, w[i - 16]!)));
    }
  }

  rounds(state: readonly Lanes[], w: readonly Lanes[], from: number, to: number): Lanes[] {
    let [a, b, c, d, e, f, g, h] = state as [Lanes, Lanes, Lanes, Lanes, Lanes, Lanes, Lanes, Lanes];
    let bc = this.keep(xor(b, c));
    for (let i = from; i < to; i++) {
      const S1 = xor(xor(rotated(e, 6), rotated(e, 11)), rotated(e, 25));
      const choice = xor(g, and(e, xor(f, g)));
      const t1 = this.keep(sum(h, S1, choice, known(K[i]!), w[i]!));
      const S0 = xor(xor(rotated(a, 2), rotated(a, 13)), rotated(a, 22));
      const ab = this.keep(xor(a, b));
      const majority = xor(b, and(ab, bc));
      const nextA = this.keep(sum(t1, S0, majority));
      const nextE = this.keep(sum(d, t1));
      [a, b, c, d, e, f, g, h] = [nextA, a, b, c, nextE, e, f, g];
      bc = ab;
    }
    return [a, b, c, d, e, f, g, h];
  }
}

function scanBody(): number[] {
  const emit = new Emitter();
  const midstate = INITIAL.map((_, i) => emit.keep(loaded(LANE_MEMORY.midstate + 4 * i)));
  const tail = [0, 1, 2].map((i) => emit.keep(loaded(LANE_MEMORY.tail + 4 * i)));
  const targetTop = emit.keep(loaded(LANE_MEMORY.targetTop));
  const beforeNonce = emit.rounds(midstate, tail, 0, 3);
  const lane = leb(FIRST_VECTOR_LOCAL + emit.vectorLocals++);
  const nonces: Lanes = { code: [0x20, ...lane] };
  const splatFirst: Lanes = { code: [0x20, FIRST_NONCE, ...simd(0x11)] };
  emit.code.push(...plus(splatFirst, { code: vectorOf([0, 1, 2, 3]) }).code, 0x21, ...lane);

  emit.code.push(0x02, 0x40, 0x03, 0x40); // block, loop
  const header = [...tail, emit.keep(swapped(nonces)), known(0x8000_0000)];
  while (header.length < 15) header.push(known(0));
  header.push(known(640));
  emit.expand(header, 63);
  const first = emit.rounds(beforeNonce, header, 3, 64);
  const digest = first.map((word, i) => emit.keep(plus(word, midstate[i]!)));
  digest.push(known(0x8000_0000));
  while (digest.length < 15) digest.push(known(0));
  digest.push(known(256));
  emit.expand(digest, 60);
  const second = emit.rounds(INITIAL.map(known), digest, 0, 61);
  // The e of round 61 becomes h in round 64: the last word of the digest, the first 32 bits of the number.
  const top = swapped(sum(second[4]!, known(INITIAL[7]!)));
  emit.code.push(...top.code, ...targetTop.code, ...simd(0x3e), ...simd(0x53), 0x0d, 1); // le_u, any_true, br_if out
  emit.code.push(...plus(nonces, known(4)).code, 0x21, ...lane);
  emit.code.push(0x20, GROUP, 0x41, 1, 0x6a, 0x22, GROUP, 0x20, GROUPS, 0x49, 0x0d, 0); // ++group < groups: br_if loop
  emit.code.push(0x0b, 0x0b, 0x20, GROUP, 0x0b);

  const locals = [2, 1, I32, ...leb(emit.vectorLocals), V128];
  return [...locals, ...emit.code];
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...leb(content.length), ...content];
}

/** The module's bytes; it imports nothing and exports `memory` and `scan` (`Scan`). */
export function emitLanesModule(): Uint8Array {
  const name = (text: string): number[] => [text.length, ...new TextEncoder().encode(text)];
  const body = scanBody();
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 2, I32, I32, 1, I32]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, 1]),
    ...section(7, [2, ...name('memory'), 2, 0, ...name('scan'), 0, 0]),
    ...section(10, [1, ...leb(body.length), ...body]),
  ]);
}
