import { describe, expect, it } from '@jest/globals';
import type { Findings } from '../../bench/findings.js';
import type { Measurement } from '../../bench/measurement.js';
import { filledPage } from '../../bench/page.js';

function findings(...measurements: Measurement[]): Findings[] {
  const machine = {
    cpu: 'a CPU',
    cores: 2,
    memoryBytes: 2 ** 32,
    system: 'Linux 6',
    node: 'v20',
    fileSystem: 'ext4',
  };
  return [{ machine, othersBefore: 0.01, othersAfter: 0.02, tookSeconds: 1, quick: false, measurements }];
}

const tip: Measurement = {
  id: 'tip/1000',
  bench: 'tip',
  what: 'new tip: first and last of 1,000 miners',
  rate: null,
  unit: '',
  p50Ms: 30,
  p99Ms: null,
  mostMs: 61,
  stallMs: 12.34,
  cores: null,
  refused: 0,
  lostConnections: 0,
  runs: 3,
  spread: { mostMs: [58.2, 64.4] },
  note: '',
};

describe('the page on performance', () => {
  it('has the figures between its marks, and whether each goal is met', () => {
    const page = 'by hand\n\n<!-- bench: goals -->\nold\n<!-- bench end -->\n\nmore by hand\n';
    const lines = filledPage(page, findings(tip)).split('\n');
    expect(lines).toContain(
      '| `tip` | new tip, 3,000 transactions: last of 1,000 miners | 61 ms | 58-64 | < 60 ms | **no** |',
    );
    expect(lines).toContain(
      "| `tip` | longest turn of a listener's loop, tip for 1,000 | 12.3 ms | - | < 20 ms | yes |",
    );
    expect(lines).toContain(
      '| `held` | connections held, with so many shares/s among them | not measured | - | 100,000 with 2,000/s | **no** |',
    );
    expect(lines).not.toContain('old');
    expect([lines[0], lines.at(-2)]).toEqual(['by hand', 'more by hand']);
  });

  it('says what the host took of the machine, call by call, where that is known', () => {
    const [found] = findings(tip);
    const page = '<!-- bench: machine -->\n<!-- bench end -->\n';
    const calls = [{ ...found!, stolenPart: 0.004 }, found!, { ...found!, stolenPart: 0.125 }];
    expect(filledPage(page, calls)).toContain(
      "In the calls, in turn, the host gave 0.4, 12.5 % of the cores' time to others.",
    );
    expect(filledPage(page, [found!])).not.toContain('the host');
  });

  it('keeps a part of which nothing was measured', () => {
    const page = '<!-- bench: growth -->\nold\n<!-- bench end -->\n';
    expect(filledPage(page, findings(tip))).toBe(page);
  });

  it('is not written where it has no place, an unknown one, or one without an end', () => {
    expect(() => filledPage('nothing here', findings(tip))).toThrow('no place');
    expect(() => filledPage('<!-- bench: tips -->\n<!-- bench end -->', findings(tip))).toThrow('"tips"');
    expect(() => filledPage('<!-- bench: goals -->\n', findings(tip))).toThrow('without an end');
  });
});
