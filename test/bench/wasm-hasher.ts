/**
 * The hash of a share with SHA-256's compression function (FIPS 180-4, section 6.2.2) in WebAssembly, written out and
 * with the schedule in locals, as the JavaScript is. Measured no faster, so it is kept here, as a measurement only.
 * Opcodes: WebAssembly core 2.0, appendix A.7.
 */
import type { ShareHasher } from '../../src/lib/index.js';
import { INITIAL_STATE } from '../../src/lib/index.js';
import { PACKED } from '../../src/lib/sha256/packed-template.js';

declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (
    module: object,
  ) => {
    readonly exports: {
      readonly memory: { readonly buffer: ArrayBuffer };
      /** Byte addresses of 8 words, 8 words and 16 words. */
      readonly compress: (out: number, from: number, words: number) => void;
    };
  };
};

type Code = readonly number[];

const primes: number[] = [];
for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
const K = primes.map((prime) => Math.floor((Math.cbrt(prime) % 1) * 2 ** 32) | 0);

function leb(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >>> 7)];
}

function signedLeb(value: number): number[] {
  const last = value >= -64 && value < 64;
  return last ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signedLeb(value >> 7)];
}

const number = (value: number): Code => [0x41, ...signedLeb(value)];
const local = (index: number): Code => [0x20, ...leb(index)];
const keep = (index: number): Code => [0x21, ...leb(index)];
const chain = (opcode: number, [first, ...rest]: readonly Code[]): Code => [
  ...first!,
  ...rest.flatMap((next) => [...next, opcode]),
];
const sum = (...terms: readonly Code[]): Code => chain(0x6a, terms);
const xor = (...terms: readonly Code[]): Code => chain(0x73, terms);
const and = (...terms: readonly Code[]): Code => chain(0x71, terms);
const rotated = (x: Code, by: number): Code => [...x, ...number(by), 0x78];
const shifted = (x: Code, by: number): Code => [...x, ...number(by), 0x76];
const load = (base: number, word: number): Code => [...local(base), 0x28, 2, ...leb(4 * word)];

const [OUT, FROM, WORDS, FIRST_WORD, FIRST_STATE, LOCALS] = [0, 1, 2, 3, 19, 27] as const;
const word = (i: number): number => FIRST_WORD + (i & 15);

function body(): number[] {
  const code: number[] = [];
  const emit = (...parts: readonly Code[]): void => {
    for (const part of parts) code.push(...part);
  };
  for (let i = 0; i < 16; i++) emit(load(WORDS, i), keep(word(i)));
  for (let i = 0; i < 8; i++) emit(load(FROM, i), keep(FIRST_STATE + i));
  for (let i = 0; i < 64; i++) {
    if (i >= 16) {
      const x = local(word(i + 1));
      const y = local(word(i + 14));
      const s0 = xor(rotated(x, 7), rotated(x, 18), shifted(x, 3));
      const s1 = xor(rotated(y, 17), rotated(y, 19), shifted(y, 10));
      emit(sum(local(word(i)), local(word(i + 9)), s0, s1), keep(word(i)));
    }
    const at = (role: number): number => FIRST_STATE + ((role - i) & 7);
    const role = (i: number): Code => local(at(i));
    const [a, b, c, d] = [role(0), role(1), role(2), role(3)];
    const [e, f, g, h] = [role(4), role(5), role(6), role(7)];
    const S1 = xor(rotated(e, 6), rotated(e, 11), rotated(e, 25));
    const choice = xor(g, and(e, xor(f, g)));
    emit(sum(h, S1, choice, local(word(i)), number(K[i]!)), keep(at(7)));
    emit(sum(d, h), keep(at(3)));
    const S0 = xor(rotated(a, 2), rotated(a, 13), rotated(a, 22));
    emit(sum(h, S0, xor(and(a, b), and(c, xor(a, b)))), keep(at(7)));
  }
  for (let i = 0; i < 8; i++) {
    emit(local(OUT), sum(load(FROM, i), local(FIRST_STATE + i)), [0x36, 2, ...leb(4 * i)]);
  }
  return code;
}

function wasmModule(): Uint8Array {
  const section = (id: number, content: Code): number[] => [id, ...leb(content.length), ...content];
  const name = (text: string): number[] => [text.length, ...new TextEncoder().encode(text)];
  const code = [1, LOCALS - FIRST_WORD, 0x7f, ...body(), 0x0b];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 3, 0x7f, 0x7f, 0x7f, 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, 1]),
    ...section(7, [2, ...name('memory'), 2, 0, ...name('compress'), 0, 0]),
    ...section(10, [1, ...leb(code.length), ...code]),
  ]);
}

/** Byte addresses of the arrays in the module's memory. */
const [INITIAL, STATE, BLOCK, DIGEST, PADDING_64, PAIR, HEADER_END] = [
  0, 32, 64, 128, 192, 256, 320,
] as const;

export function wasmHasher(): ShareHasher {
  const { memory, compress } = new WebAssembly.Instance(new WebAssembly.Module(wasmModule())).exports;
  const words = new Int32Array(memory.buffer);
  words.set(INITIAL_STATE, INITIAL / 4);
  const pad = (address: number, at: number, bits: number): void => {
    words[address / 4 + at] = 0x8000_0000;
    words[address / 4 + 15] = bits;
  };
  pad(DIGEST, 8, 256);
  pad(PADDING_64, 0, 512);
  pad(HEADER_END, 4, 640);
  const swapped = (x: number): number =>
    (x >>> 24) | ((x >>> 8) & 0xff00) | ((x << 8) & 0xff_0000) | (x << 24);
  const message = new Uint8Array(1024);
  const view = new DataView(message.buffer);
  return {
    name: 'WebAssembly',
    hash({ prefix, suffix }, template, { extranonce, version, time, nonce }, out) {
      const length = prefix.length + extranonce.length + suffix.length;
      const padded = (length + 72) & ~63;
      message.set(prefix);
      message.set(extranonce, prefix.length);
      message.set(suffix, prefix.length + extranonce.length);
      message.fill(0, length, padded);
      message[length] = 0x80;
      view.setUint32(padded - 4, 8 * length);
      for (let at = 0; at < padded; at += 64) {
        for (let i = 0; i < 16; i++) words[BLOCK / 4 + i] = view.getInt32(at + 4 * i);
        compress(at + 64 === padded ? DIGEST : STATE, at === 0 ? INITIAL : STATE, BLOCK);
      }
      compress(PAIR, INITIAL, DIGEST);
      for (let level = 0; level < template.branchLength; level++) {
        const at = PACKED.branch + 32 * level;
        for (let i = 0; i < 8; i++) words[PAIR / 4 + 8 + i] = template.view.getInt32(at + 4 * i);
        compress(STATE, INITIAL, PAIR);
        compress(DIGEST, STATE, PADDING_64);
        compress(PAIR, INITIAL, DIGEST);
      }
      words[BLOCK / 4] = swapped(version);
      for (let i = 0; i < 8; i++) words[BLOCK / 4 + 1 + i] = template.view.getInt32(PACKED.prevHash + 4 * i);
      for (let i = 0; i < 7; i++) words[BLOCK / 4 + 9 + i] = words[PAIR / 4 + i]!;
      words[HEADER_END / 4] = words[PAIR / 4 + 7]!;
      words[HEADER_END / 4 + 1] = swapped(time);
      words[HEADER_END / 4 + 2] = template.view.getInt32(PACKED.bits);
      words[HEADER_END / 4 + 3] = swapped(nonce);
      compress(STATE, INITIAL, BLOCK);
      compress(DIGEST, STATE, HEADER_END);
      compress(STATE, INITIAL, DIGEST);
      for (let i = 0; i < 32; i++) out[i] = words[STATE / 4 + (i >> 2)]! >>> (24 - 8 * (i & 3));
    },
  };
}
