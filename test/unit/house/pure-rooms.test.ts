import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { PURE_ROOMS } from './levels.js';
import { ROOT } from './repository.js';

const PLACES = {
  browser: { platform: 'browser', conditions: ['browser'], target: 'es2022' },
  'Node 18': { platform: 'neutral', conditions: ['orcapool-portable'], target: 'node18' },
} as const;
type Place = keyof typeof PLACES;

/** What Node 20 and newer browsers have and Node 18 has not; esbuild rewrites syntax, not these. */
const YOUNGER_THAN_NODE_18 =
  /\.(?:toSorted|toReversed|toSpliced|isWellFormed|toWellFormed|groupBy|withResolvers|isDisjointFrom|fromAsync)\(|\bcrypto\.hash\b/;

async function bundle(contents: string, place: Place): Promise<string> {
  const { platform, conditions, target } = PLACES[place];
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: join(ROOT, 'build/src'), loader: 'js' },
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'room',
    platform,
    conditions: [...conditions],
    target,
    mainFields: ['browser', 'module', 'main'],
    logLevel: 'silent',
  });
  return outputFiles[0]!.text;
}

function bundleRoom(room: string, place: Place): Promise<string> {
  return bundle(`export * from './${room}/index.js';`, place);
}

/** Evaluates an expression on the bundled room, where there is no Node: only the language and text encoding. */
function evaluate(code: string, expression: string): unknown {
  const context = createContext({ TextEncoder, TextDecoder });
  runInContext(code, context);
  return runInContext(expression, context);
}

/** A taste of each room: an expression on its exports, and its value from elsewhere. */
const TASTES: Readonly<Record<string, readonly [expression: string, value: unknown]>> = {
  // FIPS 180-4's "abc".
  lib: [
    'room.toHex(room.sha256(room.utf8("abc")))',
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  ],
  // Difficulty 1: 0xffff · 2^208.
  bitcoin: ['room.bitsToTarget(0x1d00ffff) === 0xffffn << 208n', true],
  // Python's hashlib, over t + t + 00 + 0014 + 20 zero bytes, t = SHA-256 of "orcapool/miner/1".
  mining: [
    'Array.from(room.minerId({ type: "bitcoin", script: new Uint8Array(22).fill(20, 1, 2) }), (b) => b.toString(16).padStart(2, "0")).join("")',
    '36a5b4b5045527276d30151d979ab6217030dbb726f68a9f3ac31920fc854168',
  ],
  // 25 ms after the beginning, in rounds of 10 ms.
  rounds: ['room.roundAt({ genesisMs: 1000, roundMs: 10 }, 1025) === 2n', true],
  // Three of four are more than two thirds.
  rewards: ['room.isSlashed({ valid: 1, invalid: 3 })', true],
  // docs/claim-format.md, the table of checks.
  audit: ['room.explainCheck(27).name', 'share-work'],
};

const rooms = PURE_ROOMS.filter((room) => existsSync(join(ROOT, 'src', room, 'index.ts')));

describe.each(['browser', 'Node 18'] as const)('for the %s', (place) => {
  describe.each(rooms)('the room %s', (room) => {
    let code = '';
    beforeAll(async () => {
      code = await bundleRoom(room, place);
    });

    it('bundles without Node', () => {
      expect(code).toContain('room');
      expect(code).not.toMatch(/\brequire\(|\bnode:/);
    });

    it('runs there', () => {
      expect(evaluate(code, 'Object.keys(room).length > 0')).toBe(true);
      const [expression, value] = TASTES[room] ?? ['typeof room', 'object'];
      expect(evaluate(code, expression)).toEqual(value);
    });

    if (place === 'Node 18') {
      it('uses nothing younger', () => {
        expect(YOUNGER_THAN_NODE_18.exec(code)?.[0]).toBeUndefined();
      });
    }
  });

  it('a node: import would not bundle', async () => {
    await expect(bundle("export { hash } from 'node:crypto';", place)).rejects.toThrow('node:crypto');
  });

  it('Buffer is not there to be used', async () => {
    const code = await bundle('export const bytes = () => Buffer.alloc(1);', place);
    expect(() => evaluate(code, 'room.bytes()')).toThrow('Buffer is not defined');
  });
});
