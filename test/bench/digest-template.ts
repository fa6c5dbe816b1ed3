/** How long the coordinator is busy with one new template of bitcoind's. */
import { digestTemplate } from '../../src/mining/index.js';
import { deepRawTemplate } from './deep-template.js';
import { Durations, type Measurement, repeat } from './measurement.js';

export function benchDigestTemplate(): Measurement[] {
  const raw = deepRawTemplate();
  const once = (): void => void digestTemplate(raw);
  repeat(300, new Durations(), once);
  const durations = new Durations();
  const tookMs = repeat(1_500, durations, once);
  return [
    {
      bench: 'digestTemplate',
      what: `${raw.transactions.length} transactions of 400 bytes`,
      rate: (durations.count / tookMs) * 1000,
      unit: 'templates',
      ...durations.figures(),
      cores: null,
      note: 'without parsing the JSON',
    },
  ];
}
