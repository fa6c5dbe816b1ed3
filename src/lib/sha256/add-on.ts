/**
 * The hash of a share by the add-on that `native/compile.js` makes of `native/share-hash.c`, where it was compiled and
 * the CPU has the instructions. Before it is loaded its file must be the one that was compiled, by the checksum beside
 * it: a damaged one ends the process with SIGBUS where no code can catch it. Before it is used it must agree with
 * JavaScript on made-up shares of many lengths.
 * Impure like all of the `node` side of `#sha256`: it loads native code.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { toHex } from '../bytes.js';
import { errorCode, errorMessage } from '../coded-error.js';
import { javascriptHasher } from './javascript-hasher.js';
import { MAX_BRANCH, PACKED, PackedTemplate } from './packed-template.js';
import { sha256 } from './portable.js';
import type { AddOnProblem, CutCoinbase, ShareFields, ShareHasher } from './share-hasher.js';

/** The exports of share-hash.c; it has none where the CPU lacks the instructions. */
interface AddOn {
  openDesk(desk: Uint8Array): HashOnDesk;
}

/** Hashes what lies on its desk and leaves the header's hash there, at `PACKED.hash`. */
type HashOnDesk = (coinbaseLength: number, branchLength: number) => void;

export type LoadedAddOn =
  | { readonly hasher: ShareHasher; readonly problem: null }
  | { readonly hasher: null; readonly problem: AddOnProblem };

const COINBASE_AT = PACKED.branch + 32 * MAX_BRANCH;
const FIRST_COINBASE_BYTES = 1024;

interface Desk {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly hash: HashOnDesk;
}

function deskFor(addOn: AddOn, coinbaseBytes: number): Desk {
  const bytes = new Uint8Array(COINBASE_AT + coinbaseBytes);
  return { bytes, view: new DataView(bytes.buffer), hash: addOn.openDesk(bytes) };
}

class AddOnHasher implements ShareHasher {
  readonly name = 'add-on with SHA instructions';
  private desk: Desk;
  /** Whose bytes lie on the desk. */
  private template: PackedTemplate | null = null;

  constructor(private readonly addOn: AddOn) {
    this.desk = deskFor(addOn, FIRST_COINBASE_BYTES);
  }

  hash(
    { prefix, suffix }: CutCoinbase,
    template: PackedTemplate,
    { extranonce, version, time, nonce }: ShareFields,
    out: Uint8Array,
  ): void {
    const extranonceAt = COINBASE_AT + prefix.length;
    const suffixAt = extranonceAt + extranonce.length;
    const end = suffixAt + suffix.length;
    if (end > this.desk.bytes.length) {
      this.desk = deskFor(this.addOn, 2 * end);
      this.template = null;
    }
    const { bytes, view, hash } = this.desk;
    if (this.template !== template) {
      bytes.set(template.bytes);
      this.template = template;
    }
    bytes.set(prefix, COINBASE_AT);
    for (let i = 0; i < extranonce.length; i++) bytes[extranonceAt + i] = extranonce[i]!;
    bytes.set(suffix, suffixAt);
    view.setUint32(PACKED.version, version, true);
    view.setUint32(PACKED.time, time, true);
    view.setUint32(PACKED.nonce, nonce, true);
    hash(end - COINBASE_AT, template.branchLength);
    for (let i = 0; i < 32; i++) out[i] = bytes[PACKED.hash + i]!;
  }
}

/** Bytes that look like chance and are the same everywhere: the top bits of Marsaglia's x ↦ 69069 x + 1. */
function madeUp(length: number, seed: number): Uint8Array {
  let x = seed;
  return Uint8Array.from({ length }, () => {
    x = (Math.imul(x, 69069) + 1) | 0;
    return x >>> 24;
  });
}

/** Whether both hash alike: coinbases that end at a dozen places of a block, and branches of as many lengths. */
function agrees(hasher: ShareHasher): boolean {
  const ours = new Uint8Array(32);
  const theirs = new Uint8Array(32);
  for (let i = 0; i <= 12; i++) {
    const branch = Array.from({ length: i }, (_, level) => madeUp(32, 7 * i + level));
    const template = new PackedTemplate({ prevHash: madeUp(32, i), bits: 0x1d00ffff, branch });
    const coinbase = { prefix: madeUp(40, i), suffix: madeUp(11 * i, ~i) };
    const share = { extranonce: madeUp(12, i + 1), version: 0xe000_0000 + i, time: i, nonce: ~i >>> 0 };
    hasher.hash(coinbase, template, share, ours);
    javascriptHasher.hash(coinbase, template, share, theirs);
    if (ours.some((byte, at) => byte !== theirs[at])) return false;
  }
  return true;
}

function without(kind: AddOnProblem['kind'], says: string): LoadedAddOn {
  return { hasher: null, problem: { kind, says } };
}

/** `file`: absolute. False also where nobody wrote a checksum. */
function isAsCompiled(file: string): boolean {
  try {
    const checksum = readFileSync(`${file}.sha256`, 'utf8').trim();
    return toHex(sha256(readFileSync(file))) === checksum;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Never throws. `path`: absolute, or relative to this file. */
export function loadAddOn(path: string): LoadedAddOn {
  if (process.arch !== 'x64') return without('no-instructions', `there is no add-on for ${process.arch}`);
  try {
    const load = createRequire(import.meta.url);
    if (!isAsCompiled(load.resolve(path))) {
      return without('refused', 'the add-on is damaged, or not the one that was compiled, and is not loaded');
    }
    const addOn = load(path) as Partial<AddOn>;
    if (addOn.openDesk === undefined) {
      return without('no-instructions', 'this CPU has no SHA instructions');
    }
    const hasher = new AddOnHasher(addOn as AddOn);
    return agrees(hasher)
      ? { hasher, problem: null }
      : without('refused', 'the add-on hashes wrongly and is not used');
  } catch (error) {
    return errorCode(error) === 'MODULE_NOT_FOUND'
      ? without('not-compiled', 'the add-on is not compiled')
      : without('refused', `the add-on does not load: ${errorMessage(error).split('\n')[0]}`);
  }
}
