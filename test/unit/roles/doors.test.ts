import { hostname } from 'node:os';
import { expect, it } from '@jest/globals';
import { doorUrls } from '../../../src/roles/doors.js';

it('names every port as a miner’s owner types it', () => {
  const one = { host: '192.0.2.1', port: 34255, highPort: null, speaksTls: false };
  expect(doorUrls(one)).toEqual(['stratum+tcp://192.0.2.1:34255']);
  expect(doorUrls({ ...one, host: '2001:db8::1', highPort: 34256, speaksTls: true })).toEqual([
    'stratum+tcp://[2001:db8::1]:34255',
    'stratum+ssl://[2001:db8::1]:34255',
    'stratum+tcp://[2001:db8::1]:34256',
    'stratum+ssl://[2001:db8::1]:34256',
  ]);
  expect(doorUrls({ ...one, host: '::' })).toEqual([`stratum+tcp://${hostname()}:34255`]);
});
