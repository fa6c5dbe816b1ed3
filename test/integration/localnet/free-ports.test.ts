import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';
import { freePortPair, freePorts, isFree } from '../../../src/localnet/bitcoind/free-ports.js';

const INDEX = new URL('../../../src/localnet/bitcoind/free-ports.js', import.meta.url).href;
/** Draws as many as there are left, nearly, so that two that ask at once would meet. */
const DRAW = `
  const { freePorts } = await import('${INDEX}');
  Math.random = () => Math.floor(Math.random.n++ / 2) / 19_000;
  Math.random.n = 0;
  process.stdout.write(JSON.stringify(await freePorts(40)));
  process.stdin.resume().once('end', () => process.exit(0));
`;

it('ports that were told are told to nobody else, in this process or another, though nobody has opened them', async () => {
  const first = await freePorts(20);
  const pair = await freePortPair();
  expect(new Set([...first, pair, pair + 1]).size).toBe(22);
  for (const port of first) expect(await isFree(port)).toBe(true);
  const draws = Array.from({ length: 3 }, () => {
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', DRAW]);
    // They hold what they drew until all have drawn.
    setTimeout(() => run.child.stdin!.end(), 3_000);
    return run;
  });
  const drawn = (await Promise.all(draws)).flatMap(({ stdout }) => JSON.parse(stdout) as number[]);
  expect(drawn).toHaveLength(120);
  expect(new Set(drawn).size).toBe(120);
});
