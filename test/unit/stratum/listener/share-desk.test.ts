import { expect, it } from '@jest/globals';
import { ManualClock } from '../../../../src/lib/index.js';
import { ShareDesk } from '../../../../src/stratum/listener/share-desk.js';
import { ShareReport } from '../../../../src/stratum/listener/share-report.js';
import { MemoryShareSink } from '../../../integration/stratum/memory-share-sink.js';
import { START_MS } from '../../../integration/stratum/sample-work.js';
import { silentLogger } from '../../../surroundings.js';

it('other listeners are asked about a hundred solutions a second, fifty of them strangers’', () => {
  const clock = new ManualClock(START_MS);
  const sink = new MemoryShareSink();
  const report = new ShareReport(sink, sink, null, clock);
  const desk = new ShareDesk(sink, sink.blocks, report, clock, silentLogger);
  const solution = {
    extranonce2: new Uint8Array(8),
    time: 0,
    nonce: 0,
    versionBits: null,
  };
  const bring = (times: number, isProven: boolean): number => {
    const before = sink.elsewhere.length;
    for (let i = 0; i < times; i++) desk.elsewhere({ jobId: 'a6000001', solution }, isProven);
    return sink.elsewhere.length - before;
  };
  expect(bring(200, false)).toBe(50);
  expect(bring(200, true)).toBe(50);
  clock.advance(1_000);
  expect(bring(200, true)).toBe(100);
  expect(bring(200, false)).toBe(0);
});
