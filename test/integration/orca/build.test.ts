import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { temporaryFolder } from '../../bitcoind.js';
import { ROOT } from '../../unit/house/repository.js';

const run = promisify(execFile);
const BUILD = join(ROOT, 'orca/task/build.js');
const PINS = join(ROOT, 'orca/task/pins/regtest.json');
/** Looked for by packages that do without them. */
const OPTIONAL = ['bufferutil', 'utf-8-validate', 'supports-color'];

describe('the build of the Koii task', () => {
  it('is one file that needs nothing but Node, and has the pins', async () => {
    const out = join(await temporaryFolder(), 'main.js');
    await run(process.execPath, [BUILD, '--pins', PINS, '--out', out]);
    const bundle = await readFile(out, 'utf8');
    const needed = new Set(
      [...bundle.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name]) => name!.replace('node:', '')),
    );
    expect([...needed].filter((name) => !builtinModules.includes(name) && !OPTIONAL.includes(name))).toEqual(
      [],
    );
    expect(bundle).not.toMatch(/\bcrypto\.hash\(|\.node"/);
    const { reserveEpochs } = JSON.parse(await readFile(PINS, 'utf8')) as {
      reserveEpochs: { script: string }[];
    };
    expect(bundle).toContain(reserveEpochs[0]!.script);
  });

  it('ends with 0 and says what to do where nobody gives it the arguments of a task: 1 would end it for good', async () => {
    const out = join(await temporaryFolder(), 'main.js');
    await run(process.execPath, [BUILD, '--pins', PINS, '--out', out]);
    const { stderr } = await run(process.execPath, [out], { timeout: 20_000 });
    expect(stderr).toContain('add the task in the node and start it there');
  });

  it('refuses to guess the pins', async () => {
    await expect(run(process.execPath, [BUILD])).rejects.toMatchObject({
      stderr: expect.stringContaining('name the pins'),
    });
  });

  it('refuses pins without the bounty that lists are made by', async () => {
    const pins = join(await temporaryFolder(), 'pins.json');
    const { bountyPerRound: _, ...rest } = JSON.parse(await readFile(PINS, 'utf8')) as Record<
      string,
      unknown
    >;
    await writeFile(pins, JSON.stringify(rest));
    await expect(run(process.execPath, [BUILD, '--pins', pins])).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('lacks bountyPerRound'),
    });
  });

  it("says what is missing where Koii's packages are", async () => {
    const { dependencies } = JSON.parse(await readFile(join(ROOT, 'orca/task/package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    expect(Object.keys(dependencies)).toContain('@_koii/namespace-wrapper');
    const folder = await temporaryFolder();
    const attempt = run(process.execPath, [BUILD, '--koii', '--pins', PINS, '--packages', folder]);
    await expect(attempt).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('npm install --prefix orca/task'),
    });
  });
});
