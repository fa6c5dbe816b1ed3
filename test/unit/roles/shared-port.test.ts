import { createServer } from 'node:net';
import { expect, it } from '@jest/globals';
import { SharedPort } from '../../../src/roles/shared-port.js';
import { silentLogger, systemTimers } from '../../surroundings.js';

it('a host that is no address of this machine is told by the name of its setting', async () => {
  // RFC 5737: documentation, on no machine.
  const address = { host: '203.0.113.1', port: 0, setting: '--stratum-port' };
  const port = new SharedPort(createServer(), address, silentLogger, systemTimers);
  await expect(port.open()).rejects.toThrow(
    /^stratum\.host is 203\.0\.113\.1, which is no address of this machine \(EADDRNOTAVAIL\)/,
  );
});
