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
    expect(guide).toMatch(/`ORCAPOOL_HTTP_PORT`\): .* Default: `8080`\.\n/);
    expect(guide).toMatch(
      /`ORCAPOOL_POOL_ROUNDSECONDS`\): .*, in s\. Default: mainnet, testnet4, signet `600`; regtest `60`\.\n/,
    );
  });

  it('names the file variable of every secret', () => {
    expect(guide).toContain('`ORCAPOOL_HTTP_TOKEN` or `ORCAPOOL_HTTP_TOKEN_FILE`');
  });
});
