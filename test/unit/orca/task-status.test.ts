import { describe, expect, it } from '@jest/globals';
import { operatorStatus } from '../../../orca/task/src/operator/operator-status.js';
import { statusPage } from '../../../orca/task/src/operator/status-page.js';
import { TaskStatus } from '../../../orca/task/src/task-status.js';
import { ManualClock } from '../../../src/lib/index.js';

function status(): { clock: ManualClock; status: TaskStatus } {
  const clock = new ManualClock(Date.UTC(2026, 0, 1));
  return { clock, status: new TaskStatus(clock) };
}

describe("the minute's line", () => {
  it('says the round, what was submitted last, and what went wrong in that minute', () => {
    const { clock, status: task } = status();
    expect(task.line(clock.nowMs())).toBe('round -; nothing submitted yet; no problems');
    task.round = 7;
    task.note(5, { submission: 'orc1|5|idle|-' });
    task.note(6, { submission: 'orc1|6|idle|-' });
    expect(task.line(clock.nowMs())).toBe('round 7; submitted orc1|6|idle|-; no problems');
    task.problem('the first');
    clock.advance(60_000);
    task.problem('the second');
    expect(task.line(clock.nowMs() - 30_000)).toMatch(/; 1 problems, the last: the second$/);
  });

  it('is one line, and no longer than a line, whatever an error says', () => {
    const { clock, status: task } = status();
    task.problem(`a stack\n    at somewhere\r\n${'x'.repeat(5_000)}`);
    const line = task.line(clock.nowMs());
    expect(line).not.toMatch(/[\r\n]/);
    expect(line.length).toBeLessThan(500);
  });
});

// As a node of `npm start` wrote it.
const CLAIM =
  'orc1|467747|u-VApTGbuFLAnxNyGuy0K_TxdfvjpEtXJ9A2QBCCcSc|9985782|20|1|1|LW3fjGFfq3DevsJmPop8996zyBxYDZZvZqqx6TMDAAA|' +
  'bafyreicgsznjhjuts4ioyf7nkdiv7e7jqe34zbiscjrqxguchbzhxhxbhi|-|5000000000|bafybeiepkluwernw6xihtt3vxdi66oosn3pvfvndsssim56pkdswtm2e3e';

describe("the operator's page", () => {
  const seen = {
    attention: [{ what: 'bitcoind: <script>alert(1)</script>', whatToDo: 'start "it" & wait' }],
    readiness: { status: 'unhealthy', components: { bitcoind: false, miner: true }, reasons: [] },
  };

  it('says what does not work and what to do first, and runs nothing that others wrote', () => {
    const { status: task } = status();
    task.note(3, { submission: '<b>', list: { me: 5 } });
    const told = operatorStatus('me', task, seen, { port: 34_255, connected: 2, turnedAway: 0 });
    const page = statusPage(told);
    expect(page).toContain('bitcoind: &lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).toContain('start &quot;it&quot; &amp; wait');
    expect(page).not.toMatch(/<script|<b>/);
    expect(page).toContain('stratum+tcp://&lt;address of this machine&gt;:34255');
    expect(page).toContain('<td>3</td><td>&lt;b&gt;</td><td>-</td><td>0.000000005 KOII</td>');
    expect(page.indexOf('What to do')).toBeLessThan(page.indexOf('Miners'));
    expect(told).toMatchObject({ components: { bitcoind: false }, miners: { connected: 2 } });
  });

  it('says in words what was submitted, what others were found to be, and what this node gets', () => {
    const { status: task } = status();
    task.note(467_746, { submission: 'orc1|467746|idle|-', verdicts: {} });
    const list = { me: -3_500_000_000 };
    task.note(467_747, { submission: CLAIM, verdicts: { b: true, c: true, d: false }, list });
    const page = statusPage(operatorStatus('me', task, seen, null));
    const rows = [...page.matchAll(/<tr><td>(\d+)<\/td>(.*?)<\/tr>/g)].map(([, , cells]) => cells);
    expect(rows).toEqual([
      '<td>claim: 20 shares, 9,985,782 hashes, 1 address</td><td>2 valid, 1 false</td><td>-3.5 KOII</td>',
      '<td>idle: no shares to claim</td><td>-</td><td>-</td>',
    ]);
    expect(page).toContain('<td>Bitcoin Core</td><td>does not work, see above</td>');
  });

  it('says that all is well where it is', () => {
    const well = { attention: [], readiness: { status: 'healthy', components: {}, reasons: [] } };
    const page = statusPage(operatorStatus('me', status().status, well, null));
    expect(page).toContain('Nothing: all is well.');
    expect(page).toContain('Nobody can connect');
  });
});
