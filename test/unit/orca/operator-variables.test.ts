import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readVariables } from '../../../orca/task/src/operator/operator-variables.js';

const URL_OF_CORE = 'http://pool:secret@192.168.1.5:8332';
const GOOD = { POOL_BITCOIN_RPC_URL: URL_OF_CORE, POOL_STRATUM_PORT: '34255' };

describe('what the operator fills in', () => {
  it('is taken as it is, and the own machine by the name it has for the pod', () => {
    expect(readVariables(GOOD, 'host')).toEqual({
      ...{ bitcoinRpcUrl: `${URL_OF_CORE}/`, isWithoutChain: false, stratumPort: 34_255, problems: [] },
    });
    for (const own of ['127.0.0.1', 'localhost', '[::1]']) {
      const env = { ...GOOD, POOL_BITCOIN_RPC_URL: ` http://a:b@${own}:8332 ` };
      expect(readVariables(env, '10.0.2.2').bitcoinRpcUrl).toBe('http://a:b@10.0.2.2:8332/');
    }
  });

  it('may have a comma in the password, which the pool would take for the end of a URL', () => {
    const env = { ...GOOD, POOL_BITCOIN_RPC_URL: 'http://me:pass,word@192.168.1.5:8332' };
    expect(readVariables(env, 'host').bitcoinRpcUrl).toBe('http://me:pass%2Cword@192.168.1.5:8332/');
  });

  it('may be none', () => {
    const env = { POOL_BITCOIN_RPC_URL: 'None', POOL_STRATUM_PORT: 'none' };
    expect(readVariables(env, 'host')).toEqual({
      ...{ bitcoinRpcUrl: null, isWithoutChain: true, stratumPort: null, problems: [] },
    });
  });

  it.each([
    ['POOL_BITCOIN_RPC_URL', '', 'is not set'],
    ['POOL_BITCOIN_RPC_URL', '192.168.1.5:8332', 'is no URL'],
    ['POOL_BITCOIN_RPC_URL', 'ftp://pool:secret@192.168.1.5:8332', 'is no http:// URL'],
    ['POOL_BITCOIN_RPC_URL', 'http://192.168.1.5:8332', 'has no user and password'],
    ['POOL_BITCOIN_RPC_URL', 'http://pool:secret@192.168.1.5', 'names no port'],
    ['POOL_STRATUM_PORT', '', 'is not set'],
    ['POOL_STRATUM_PORT', '80', 'is no such number'],
    ['POOL_STRATUM_PORT', '65535', 'is no such number'],
    ['POOL_STRATUM_PORT', '34255x', 'is no such number'],
    ['POOL_STRATUM_PORT', '3333', 'needs 3333'],
    // The pod has the one behind it.
    ['POOL_STRATUM_PORT', '3332', 'needs 3333'],
    ['POOL_STRATUM_PORT', '30016', 'needs 30017'],
  ])('is told what is wrong: %s=%s %s, and the rest is used', (name, value, said) => {
    const { bitcoinRpcUrl, isWithoutChain, stratumPort, problems } = readVariables(
      { ...GOOD, [name]: value },
      'host',
    );
    expect(problems).toEqual([
      { what: expect.stringContaining(`${name} ${said}`), whatToDo: expect.any(String) },
    ]);
    expect([bitcoinRpcUrl === null, stratumPort === null]).toEqual([
      name === 'POOL_BITCOIN_RPC_URL',
      name === 'POOL_STRATUM_PORT',
    ]);
    expect(isWithoutChain).toBe(false);
    expect(JSON.stringify(problems)).not.toContain('secret');
  });

  it('never throws, whatever is written', () => {
    fc.assert(
      fc.property(fc.string(), fc.oneof(fc.string(), fc.webUrl()), (stratum, rpc) => {
        readVariables({ POOL_BITCOIN_RPC_URL: rpc, POOL_STRATUM_PORT: stratum }, 'host');
      }),
    );
    expect(readVariables({}, 'host').problems).toHaveLength(2);
  });
});
