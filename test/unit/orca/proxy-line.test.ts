import { describe, expect, it } from '@jest/globals';
import { proxyLine } from '../../../orca/task/src/relay/proxy-line.js';
import { readProxyHeader } from '../../../src/stratum/transport/proxy-header.js';

const TO = { localAddress: '192.168.1.2', localPort: 34_255 };

describe('the header before a relayed connection', () => {
  it('is the line of the specification', () => {
    const ends = { ...TO, remoteAddress: '192.168.1.50', remotePort: 51_000 };
    expect(proxyLine(ends)).toBe('PROXY TCP4 192.168.1.50 192.168.1.2 51000 34255\r\n');
  });

  it.each([
    ['192.168.1.50', '192.168.1.2', '192.168.1.50'],
    ['::ffff:10.0.0.7', '::ffff:10.0.0.1', '10.0.0.7'],
    ['fe80::1%eth0', 'fe80::2%eth0', 'fe80::1'],
  ])('says %s so that the pool reads it', (remoteAddress, localAddress, source) => {
    const line = proxyLine({ remoteAddress, remotePort: 1, localAddress, localPort: 2 });
    expect(readProxyHeader(Buffer.from(line!))).toEqual({ kind: 'header', source, length: line!.length });
  });

  it('is none for a connection that is gone', () => {
    expect(proxyLine({ ...TO, remoteAddress: undefined, remotePort: undefined })).toBeNull();
  });
});
