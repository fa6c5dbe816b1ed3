import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addOnProblem, PackedTemplate, shareHasher, toHex } from '../../../src/lib/index.js';
import { loadAddOn } from '../../../src/lib/sha256/add-on.js';
import { javascriptHasher } from '../../../src/lib/sha256/javascript-hasher.js';
import { streamHasher } from '../../bench/openssl-hashers.js';
import { ADD_ON_PATH, addOn, coinbases, HASHERS, shares, templates } from './hashers.js';

const PROGRAM = fileURLToPath(new URL('./hash-many.js', import.meta.url));
const ADD_ON = fileURLToPath(new URL(`../../../src/lib/sha256/${ADD_ON_PATH}`, import.meta.url));

describe.each(HASHERS)('a share hashed by $name', (hasher) => {
  const hashed = (...[coinbase, template, share]: Parameters<typeof streamHasher.hash>): string => {
    const out = new Uint8Array(32);
    hasher.hash(coinbase, new PackedTemplate(template), share, out);
    return toHex(out);
  };

  it('has the hash that OpenSSL gives its parts, whatever they are', () => {
    fc.assert(
      fc.property(coinbases, templates, shares, (coinbase, template, share) => {
        expect(hashed(coinbase, template, share)).toBe(toHex(streamHasher.hash(coinbase, template, share)));
      }),
      { numRuns: 300 },
    );
  });

  it('has it at every length around the block and padding edges', () => {
    const template = { prevHash: new Uint8Array(32).fill(3), bits: 1, branch: [new Uint8Array(32).fill(4)] };
    const share = { extranonce: new Uint8Array(12).fill(5), version: 6, time: 7, nonce: 8 };
    for (let length = 0; length <= 260; length++) {
      const coinbase = { prefix: new Uint8Array(length).fill(9), suffix: new Uint8Array(1) };
      expect(hashed(coinbase, template, share)).toBe(toHex(streamHasher.hash(coinbase, template, share)));
    }
  });

  it('has it whatever was hashed before, in whatever order jobs and templates come', () => {
    const sequence = fc.record({
      coinbases: fc.array(coinbases, { minLength: 2, maxLength: 3 }),
      templates: fc.array(templates, { minLength: 2, maxLength: 3 }),
      shares: fc.array(fc.tuple(fc.nat(), fc.nat(), shares), { minLength: 5, maxLength: 20 }),
    });
    fc.assert(
      fc.property(sequence, (made) => {
        const packed = made.templates.map((template) => new PackedTemplate(template));
        const out = new Uint8Array(32);
        for (const [c, t, share] of made.shares) {
          const coinbase = made.coinbases[c % made.coinbases.length]!;
          const at = t % packed.length;
          hasher.hash(coinbase, packed[at]!, share, out);
          expect(toHex(out)).toBe(toHex(streamHasher.hash(coinbase, made.templates[at]!, share)));
        }
      }),
      { numRuns: 30 },
    );
  });

  it('has it also with a coinbase as large as a block', () => {
    const template = { prevHash: new Uint8Array(32), bits: 0, branch: [] };
    const share = { extranonce: new Uint8Array(12), version: 0, time: 0, nonce: 0 };
    for (const length of [1_000_000, 10, 100_000]) {
      const coinbase = { prefix: new Uint8Array(100).fill(1), suffix: new Uint8Array(length).fill(2) };
      expect(hashed(coinbase, template, share)).toBe(toHex(streamHasher.hash(coinbase, template, share)));
    }
  });

  it('leaves what it is given as it was, and bytes behind the hash alone', () => {
    const template = new PackedTemplate({
      prevHash: new Uint8Array(32),
      bits: 2,
      branch: [new Uint8Array(32)],
    });
    const before = toHex(template.bytes);
    const coinbase = { prefix: new Uint8Array(70), suffix: new Uint8Array(70) };
    const share = { extranonce: new Uint8Array(12), version: 1, time: 1, nonce: 1 };
    const out = new Uint8Array(40);
    hasher.hash(coinbase, template, share, out);
    expect([toHex(template.bytes), toHex(out.subarray(32))]).toEqual([before, '00'.repeat(8)]);
    for (const given of [coinbase.prefix, coinbase.suffix, share.extranonce]) {
      expect(given.every((byte) => byte === 0)).toBe(true);
    }
  });

  it('costs no memory', () => {
    const report = execFileSync(process.execPath, ['--expose-gc', PROGRAM, hasher.name], {
      encoding: 'utf8',
    });
    // 20,000 shares; a single array of 32 bytes each would be over 2 MB.
    expect(JSON.parse(report).grown).toBeLessThan(100_000);
  });
});

describe('a template packed', () => {
  it('does not change with what it was made of', () => {
    const prevHash = new Uint8Array(32).fill(1);
    const sibling = new Uint8Array(32).fill(2);
    const packed = new PackedTemplate({ prevHash, bits: 3, branch: [sibling] });
    const before = toHex(packed.bytes);
    prevHash.fill(4);
    sibling.fill(5);
    expect(toHex(packed.bytes)).toBe(before);
  });

  it('is refused with hashes that are none, and with a branch that no block has', () => {
    const good = { prevHash: new Uint8Array(32), bits: 1, branch: [new Uint8Array(32)] };
    const wrong = { code: 'HASH_LENGTH' };
    expect(() => new PackedTemplate({ ...good, prevHash: new Uint8Array(31) })).toThrow(
      expect.objectContaining(wrong),
    );
    expect(() => new PackedTemplate({ ...good, branch: [new Uint8Array(33)] })).toThrow(
      expect.objectContaining(wrong),
    );
    const branch = Array.from({ length: 33 }, () => new Uint8Array(32));
    expect(() => new PackedTemplate({ ...good, branch })).toThrow(
      expect.objectContaining({ code: 'BRANCH_TOO_LONG' }),
    );
  });
});

describe('the choice of hasher', () => {
  it('falls on the add-on where there is one, and else on JavaScript with the reason told', () => {
    expect(addOn.problem?.kind).not.toBe('refused');
    expect(shareHasher.name).toBe((addOn.hasher ?? javascriptHasher).name);
    expect(addOnProblem).toEqual(addOn.problem);
  });

  describe('with other add-ons', () => {
    let folder = '';
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'orcapool-add-on-'));
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    it.each([
      ['hashes.cjs', 'exports.openDesk = () => () => {};', 'refused', /hashes wrongly/],
      ['throws.cjs', 'throw new Error("too old")', 'refused', /does not load: too old$/],
      ['rubbish.node', 'no object file', 'refused', /does not load: /],
      ['exports-nothing.cjs', '', 'no-instructions', /no SHA instructions/],
    ])('refuses one that is no good: %s', (name, source, kind, says) => {
      const path = join(folder, name);
      writeFileSync(path, source);
      writeFileSync(`${path}.sha256`, createHash('sha256').update(source).digest('hex'));
      const { hasher, problem } = loadAddOn(path);
      expect([hasher, problem?.kind]).toEqual([null, process.arch === 'x64' ? kind : 'no-instructions']);
      if (process.arch === 'x64') expect(problem?.says).toMatch(says);
    });

    it.each([
      ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
      ['with a bit turned', (bytes: Buffer) => bytes.fill(bytes[5_000]! ^ 1, 5_000, 5_001)],
    ])('does not load one that is damaged: %s', (what, damage) => {
      if (addOn.hasher === null) return;
      const whole = createRequire(import.meta.url).resolve(ADD_ON);
      const path = join(folder, `${what}.node`);
      writeFileSync(path, damage(readFileSync(whole)));
      cpSync(`${whole}.sha256`, `${path}.sha256`);
      expect(loadAddOn(path).problem).toEqual({
        kind: 'refused',
        says: 'the add-on is damaged, or not the one that was compiled, and is not loaded',
      });
    });

    it('does not load one without a checksum', () => {
      if (process.arch !== 'x64') return;
      const path = join(folder, 'alone.cjs');
      writeFileSync(path, 'throw new Error("loaded")');
      expect(loadAddOn(path).problem?.says).toContain('is not loaded');
    });

    it('does without where there is none', () => {
      const { problem } = loadAddOn(join(folder, 'nowhere.node'));
      expect(problem?.kind).toBe(process.arch === 'x64' ? 'not-compiled' : 'no-instructions');
    });
  });
});

// Where the CPU lacks the instructions there is nothing to try.
if (addOn.hasher !== null) {
  describe('the add-on', () => {
    type OpenDesk = (...args: readonly unknown[]) => (...args: readonly unknown[]) => void;
    const { openDesk } = createRequire(import.meta.url)(ADD_ON) as { openDesk: OpenDesk };

    it('refuses arguments that would lead it out of its desk', () => {
      for (const args of [[], [new Uint8Array(1000)], [new Int32Array(1000)], ['desk'], [null]]) {
        expect(() => openDesk(...args)).toThrow('the desk is a Uint8Array');
      }
      const hash = openDesk(new Uint8Array(2000));
      // 80 + 32 + 32 · 32 bytes come before the coinbase.
      expect(() => hash(2000 - 1136, 32)).not.toThrow();
      for (const args of [
        [2000 - 1135, 0],
        [0xffff_ffff, 0],
        [1, 33],
        [1, 0xffff_ffff],
      ]) {
        expect(() => hash(...args)).toThrow('does not fit on the desk');
      }
      for (const args of [[], [1], ['1', 1], [{}, []]]) expect(() => hash(...args)).toThrow('two lengths');
    });

    it('is one to all who load it, and each has a desk of its own', () => {
      const again = loadAddOn(ADD_ON_PATH).hasher!;
      const template = { prevHash: new Uint8Array(32), bits: 0, branch: [] };
      const share = { extranonce: new Uint8Array(12), version: 0, time: 0, nonce: 0 };
      for (const fill of [1, 2]) {
        const coinbase = { prefix: new Uint8Array(60).fill(fill), suffix: new Uint8Array(60) };
        const expected = toHex(streamHasher.hash(coinbase, template, share));
        for (const hasher of [again, addOn.hasher!]) {
          const out = new Uint8Array(32);
          hasher.hash(coinbase, new PackedTemplate(template), share, out);
          expect(toHex(out)).toBe(expected);
        }
      }
    });

    it('serves several threads at once, each with its own desk, and survives their ends', async () => {
      const workers = Array.from(
        { length: 4 },
        () => new Worker(PROGRAM, { argv: [shareHasher.name], stdout: true }),
      );
      const hashes = await Promise.all(
        workers.map(async (worker) => {
          let said = '';
          worker.stdout.setEncoding('utf8').on('data', (text: string) => {
            said += text;
          });
          await once(worker, 'exit');
          return JSON.parse(said).last as string;
        }),
      );
      const alone = execFileSync(process.execPath, [PROGRAM, javascriptHasher.name], { encoding: 'utf8' });
      expect(new Set(hashes)).toEqual(new Set([JSON.parse(alone).last]));
    });
  });
}
