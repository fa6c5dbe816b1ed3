import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { configurationGuide } from '../../../src/config/guide.js';
import { presetsFolder } from '../../../src/config/index.js';

describe('docs/configuration.md', () => {
  const read = (path: string) => readFileSync(path, 'utf8');
  const guide = configurationGuide(presetsFolder(), read);

  it('is what the schema and the presets say (npm run docs:config writes it)', () => {
    expect(read(join(presetsFolder(), '../docs/configuration.md'))).toBe(guide);
  });

  it('tells defaults of all networks where they differ, and once where they do not', () => {
    expect(guide).toContain('| `port` | `ORCAPOOL_HTTP_PORT` | `8080` |');
    expect(guide).toMatch(
      /`ORCAPOOL_POOL_ROUNDSECONDS` \| mainnet, testnet4, signet `600`<br>regtest `60` \| s \|/,
    );
  });

  it('names the file variable of every secret', () => {
    expect(guide).toContain('`ORCAPOOL_HTTP_TOKEN`<br>`ORCAPOOL_HTTP_TOKEN_FILE`');
  });
});
