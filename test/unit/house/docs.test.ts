import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { SETTINGS } from '../../../src/config/schema.js';
import { danglingNames, type Surroundings } from './documents.js';
import { LEVEL_OF_ROOM, PURE_ROOMS } from './levels.js';
import { ROOT, readJson } from './repository.js';

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

const around: Surroundings = {
  exists: (path) => existsSync(join(ROOT, path)),
  read,
  scripts: new Set(Object.keys(readJson<{ scripts: object }>(join(ROOT, 'package.json')).scripts)),
  settings: new Set(SETTINGS.map(({ key }) => key)),
  variables: new Set(SETTINGS.map(({ env }) => env)),
};

const documents = ['.', 'docs'].flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
);

describe('the documents', () => {
  it('are there', () => {
    expect(documents.toSorted()).toEqual([
      'CHANGELOG.md',
      'CONTRIBUTING.md',
      'README.md',
      'docs/claim-format.md',
      'docs/configuration.md',
      'docs/design.md',
      'docs/first-ten-minutes.md',
      'docs/operations.md',
      'docs/performance.md',
    ]);
  });

  it.each(documents)('%s names only links, paths, scripts and settings that exist', (path) => {
    expect(danglingNames(path, read(path), around)).toEqual([]);
  });

  it('keep README to 120 lines', () => {
    expect(read('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(120);
  });

  it('describe the rooms there are, on their levels, the pure ones as pure', () => {
    const rows = [...read('docs/design.md').matchAll(/^\| (\d+) \| `([\w.]+)`( \(pure\))? \|/gm)];
    const described = rows.map(([, level, room, pure]) => ({ level: Number(level), room, pure: !!pure }));
    const present = readdirSync(join(ROOT, 'src')).map((room) => ({
      level: LEVEL_OF_ROOM[room],
      room,
      pure: PURE_ROOMS.includes(room),
    }));
    const byRoom = (rooms: readonly { room: string | undefined }[]) =>
      rooms.toSorted((a, b) => String(a.room).localeCompare(String(b.room)));
    expect(byRoom(described)).toEqual(byRoom(present));
  });
});

describe('the rules', () => {
  it.each([
    ['see [it](nowhere.md)', 'docs/a.md links to docs/nowhere.md'],
    ['see [it](../README.md#no-such-heading)', 'docs/a.md links to README.md#no-such-heading'],
    ['in `src/mining/nothing.ts`.', 'docs/a.md names src/mining/nothing.ts'],
    ['run `node build/src/nothing.js`', 'docs/a.md names build/src/nothing.js'],
    ['`npm run --silent nothing`', 'docs/a.md names npm script nothing'],
    ['set `stratum.prot`', 'docs/a.md names setting stratum.prot'],
    ['or ORCAPOOL_STRATUM_PROT=1', 'docs/a.md names ORCAPOOL_STRATUM_PROT'],
  ])('refuse "%s"', (text, problem) => {
    expect(danglingNames('docs/a.md', text, around)).toEqual([problem]);
  });

  it('accept what is there', () => {
    const text =
      'see [it](../README.md), `src/mining`, `build/src/main.js`, `npm run build`, `npm test`, `stratum.port: 1`, ' +
      'ORCAPOOL_HTTP_TOKEN_FILE, [out](https://example.org/src/none.ts), `config/<network>.yaml`, `/etc/config/x`';
    expect(danglingNames('docs/a.md', text, around)).toEqual([]);
  });
});
