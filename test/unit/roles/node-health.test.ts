import { expect, it } from '@jest/globals';
import { healthAnswer } from '../../../src/http/health.js';
import { minerHealth } from '../../../src/roles/node-health.js';

const well = { ok: true, required: true, detail: '', hint: null };
const others = { metrics: well, api: well, share_collection: well };
const SERVES = { height: 100 };
const FAULT = 'the key live.key is not the one of the certificate live.crt';

/** Status of the whole node, and the reason it gives. */
function told(...given: Parameters<typeof minerHealth>): [string, string | undefined] {
  const { status, reasons } = healthAnswer({
    components: { miner: minerHealth(...given), ...others },
    uptimeMs: 0,
  });
  return [status, reasons[0]?.message];
}

it('a renewal that cannot be used degrades a node that serves work, and says why', () => {
  expect(told([SERVES, SERVES], null)).toEqual(['healthy', undefined]);
  expect(told([SERVES, SERVES], FAULT)).toEqual(['degraded', `TLS: ${FAULT}`]);
});

it('a renewal that cannot be used does not hide that there is no work', () => {
  for (const fault of [null, FAULT]) {
    expect(told([{ height: null }, null], fault)).toEqual(['unhealthy', '0 of 2 listeners serve work']);
    expect(told([SERVES, null], fault)).toEqual(['degraded', '1 of 2 listeners serve work']);
  }
});
