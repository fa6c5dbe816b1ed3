import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { EXCEPTIONS, isAllowed, type PackageStatement, statedLicence } from './licences.js';
import { ROOT, readJson } from './repository.js';

interface LockedPackage extends PackageStatement {
  readonly dev?: boolean;
  readonly optional?: boolean;
}

/** Production packages: folder below the root, and what it states there (in the lock, for one not for this platform). */
function productionPackages(): Map<string, PackageStatement> {
  const { packages } = readJson<{ packages: Record<string, LockedPackage> }>(join(ROOT, 'package-lock.json'));
  const stated = new Map<string, PackageStatement>();
  for (const [folder, locked] of Object.entries(packages)) {
    if (folder === '' || locked.dev === true) continue;
    const own = join(ROOT, folder, 'package.json');
    if (existsSync(own)) stated.set(folder, readJson<PackageStatement>(own));
    else if (locked.optional === true) stated.set(folder, locked);
    else throw new Error(`${folder} is not installed; run npm ci`);
  }
  return stated;
}

function nameOf(folder: string): string {
  return folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

describe('the licences of production dependencies', () => {
  const refused = [...productionPackages()].flatMap(([folder, statement]) => {
    const licence = statedLicence(statement);
    return licence !== null && isAllowed(licence)
      ? []
      : [[nameOf(folder), licence ?? 'none stated'] as const];
  });

  it('are all permissive or named exceptions', () => {
    expect(refused.filter(([name]) => EXCEPTIONS[name] === undefined)).toEqual([]);
  });

  it('need every exception that is named', () => {
    const names = refused.map(([name]) => name);
    expect(Object.keys(EXCEPTIONS).filter((name) => !names.includes(name))).toEqual([]);
  });
});

describe('a licence', () => {
  it.each([
    ['MIT', true],
    ['GPL-3.0-only', false],
    ['(MIT OR GPL-3.0)', true],
    ['MIT AND GPL-3.0', false],
    ['MIT AND MPL-2.0', true],
    ['MIT AND GPL-3.0 OR ISC', true],
    ['(GPL-2.0 OR MIT) AND (LGPL-3.0 OR GPL-3.0)', false],
    ['SEE LICENSE IN LICENSE.md', false],
    ['UNLICENSED', false],
  ])('%s is allowed: %s', (expression, allowed) => {
    expect(isAllowed(expression)).toBe(allowed);
  });

  it('may be stated in the ways of older packages', () => {
    expect(statedLicence({ license: { type: 'MIT' } })).toBe('MIT');
    expect(statedLicence({ licenses: [{ type: 'MIT' }, { type: 'GPL-2.0' }] })).toBe('MIT OR GPL-2.0');
    expect(statedLicence({})).toBeNull();
  });
});
