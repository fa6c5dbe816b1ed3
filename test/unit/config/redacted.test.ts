import { describe, expect, it } from '@jest/globals';
import { loadConfig, redacted } from '../../../src/config/index.js';
import { POOL_ENV, sources } from './sources.js';

describe('redacted', () => {
  it('shows no password, token or credentials of a URL, and bytes as hex', () => {
    const { config } = loadConfig(
      sources({
        env: {
          ORCAPOOL_NETWORK: 'mainnet',
          ...POOL_ENV,
          ORCAPOOL_HTTP_TOKEN: 'secret-1',
          ORCAPOOL_BITCOIN_RPCURL: 'http://u:secret-2@a:1,http://b:2',
          ORCAPOOL_BITCOIN_RPCUSER: 'rpc',
          ORCAPOOL_BITCOIN_RPCPASSWORD: 'secret-3',
          ORCAPOOL_CLAIMS_GATEWAYS: 'https://u:secret-4@c/ipfs/{cid},http://d/{cid}.car',
          ORCAPOOL_BITCOIN_CHECKPOINT: `7:${'00'.repeat(31)}ff`,
        },
      }),
    );
    const shown = redacted(config);
    expect(JSON.stringify(shown)).not.toMatch(/secret/);
    expect(shown).toMatchObject({
      bitcoin: {
        nodes: [
          { url: 'http://a:1/', auth: { user: 'u', password: '(hidden)' } },
          { url: 'http://b:2/', auth: { user: 'rpc', password: '(hidden)' } },
        ],
        checkpoint: `7:${'00'.repeat(31)}ff`,
      },
      http: { token: '(hidden)' },
      claims: { gateways: ['https://(hidden)@c/ipfs/{cid}', 'http://d/{cid}.car'] },
      pool: { taskId: '11'.repeat(32), seed: '00'.repeat(32) },
    });
  });
});
