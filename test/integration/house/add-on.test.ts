/** The build step that compiles the add-on, in a copy of its own: with a compiler, without one, with a broken one. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { temporaryFolder } from '../../bitcoind.js';
import { ROOT, readJson } from '../../unit/house/repository.js';

const OUTPUT = 'build/src/lib/sha256/share-hash.node';
/** Whether this clone's own build has made one: there is a compiler, and an architecture for it. */
const useful = existsSync(join(ROOT, OUTPUT));
let folder = '';
let output = '';

beforeEach(async () => {
  folder = await temporaryFolder();
  output = join(folder, OUTPUT);
  cpSync(join(ROOT, 'native'), join(folder, 'native'), { recursive: true });
  cpSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
});

function build(env: Readonly<Record<string, string>>): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['native/compile.js'], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', ...env },
    encoding: 'utf8',
  });
  return { status, said: stdout + stderr };
}

describe('the build of the add-on', () => {
  it('says nothing where it succeeds, and does it once', () => {
    if (!useful) return;
    expect(build({})).toEqual({ status: 0, said: '' });
    expect(existsSync(output)).toBe(true);
    const { ino } = statSync(output);
    expect(build({})).toEqual({ status: 0, said: '' });
    expect(statSync(output).ino).toBe(ino);
  });

  it('makes one anew that is damaged, though it is newer than its sources', () => {
    if (!useful) return;
    build({});
    const whole = readFileSync(output);
    writeFileSync(output, whole.subarray(0, whole.length / 2));
    expect(build({})).toEqual({ status: 0, said: '' });
    expect(readFileSync(output).length).toBe(whole.length);
    const digest = createHash('sha256').update(readFileSync(output)).digest('hex');
    expect(readFileSync(`${output}.sha256`, 'utf8')).toBe(`${digest}\n`);
  });

  it('is no failure without a compiler, and says what there is instead', () => {
    for (const env of [{ PATH: '/nowhere' }, { CC: 'no-such-compiler' }]) {
      const { status, said } = build(env);
      expect([status, existsSync(output)]).toEqual([0, false]);
      if (process.arch === 'x64')
        expect(said).toMatch(/hashed in JavaScript.*no C compiler.*apt-get install/);
    }
  });

  it('is no failure where the compiler fails: its words are passed on, no half or older add-on is left', () => {
    if (!useful) return;
    build({});
    expect(existsSync(output)).toBe(true);
    writeFileSync(join(folder, 'native/share-hash.c'), '#error "of another age"\n');
    const { status, said } = build({});
    expect([status, readdirSync(dirname(output))]).toEqual([0, []]);
    expect(said).toContain('of another age');
  });

  it('is no failure where the headers are not installed', () => {
    if (!useful) return;
    rmSync(join(folder, 'node_modules'));
    const { status, said } = build({});
    expect([status, existsSync(output)]).toEqual([0, false]);
    expect(said).toContain('node-api-headers');
  });

  it('is part of the build, and needs no package in production', () => {
    const { scripts, devDependencies } = readJson<{
      scripts: Record<string, string>;
      devDependencies: Record<string, string>;
    }>(join(ROOT, 'package.json'));
    expect(scripts.build).toContain('node native/compile.js');
    expect(devDependencies['node-api-headers']).toMatch(/^\d+\.\d+\.\d+$/);
  });
});
