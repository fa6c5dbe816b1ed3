/**
 * The figures' part of the page on performance, written between marks that the page has for it:
 *
 *     <!-- bench: goals -->
 *     ...
 *     <!-- bench end -->
 *
 * What stands outside them is written by hand, and so is what the figures mean. A part whose rows were not measured
 * stays as it is.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Findings } from './findings.js';
import { GOALS, missed, spreadText } from './goals.js';
import { machineText } from './machine.js';
import type { Measurement } from './measurement.js';
import type { Yardstick } from './yardstick.js';

type ById = ReadonlyMap<string, Measurement>;
/** Null where what it is made of was not measured. */
type Part = (found: ById, findings: readonly Findings[]) => string | null;

const fixed = (value: number | null | undefined, places: number): string =>
  value === null || value === undefined
    ? '-'
    : value.toLocaleString('en-US', { minimumFractionDigits: places, maximumFractionDigits: places });
const mebibytes = (bytes: number | undefined): string =>
  bytes === undefined ? '-' : fixed(bytes / 2 ** 20, 0);

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function rowsOf(found: ById, bench: string): Measurement[] {
  return [...found.values()].filter((each) => each.bench === bench);
}

const PARTS: Readonly<Record<string, Part>> = {
  machine: (_, findings) => {
    const machines = new Set(findings.map(({ machine }) => machineText(machine)));
    if (machines.size === 0) return null;
    const others = Math.max(
      ...findings.flatMap(({ othersBefore, othersAfter }) => [othersBefore, othersAfter]),
    );
    const name = machines.size === 1 ? 'Machine' : 'Machines';
    const stolen = findings.flatMap((each) => each.stolenPart ?? []).map((part) => fixed(100 * part, 1));
    const host =
      stolen.length === 0
        ? ''
        : ` In the calls, in turn, the host gave ${stolen.join(', ')} % of the cores' time to others.`;
    return `${name}: ${[...machines].join('; ')}. Other programs kept ${fixed(others, 2)} cores busy at most, before and after each call.${host}`;
  },
  yardstick: (found, findings) => {
    const measured = findings.flatMap(({ yardsticks }) => yardsticks ?? []);
    if (measured.length === 0) return null;
    const range = (of: (yardstick: Yardstick) => number, places: number): string => {
      const values = measured.map(of);
      const [least, most] = [Math.min(...values), Math.max(...values)].map((value) => fixed(value, places));
      return least === most ? least! : `${least} to ${most}`;
    };
    const rows = [
      ['one write to a loopback socket and the read of it', `${range((y) => y.sendAndReceiveUs, 1)} µs`],
      ['a thread wakes another and is woken by it', `${range((y) => y.wakeThereAndBackUs, 1)} µs`],
      ['double SHA-256 of 80 bytes in JavaScript, a second', range((y) => y.doubleHashesPerSecond, 0)],
      ['4 KiB written and synced', `${range((y) => y.syncMs, 2)} ms`],
    ];
    const pairUs = Math.max(...measured.map(({ sendAndReceiveUs }) => sendAndReceiveUs));
    const inPairs = ['paced/5000/add-on', 'paced/5000/javascript'].flatMap(
      (id) => found.get(id)?.cpuUs ?? [],
    );
    if (inPairs.length > 0) {
      const texts = inPairs.map((cpuUs) => fixed(cpuUs / pairUs, 1)).join(' and ');
      rows.push(['CPU a share at 5,000/s in such writes and reads (add-on, JavaScript)', texts]);
    }
    return tableOf(['the machine, before and after each call', 'measured'], rows);
  },
  profile: (found) => {
    const rows = [...found.values()].filter(({ profiled }) => profiled !== undefined);
    if (rows.length === 0) return null;
    return rows.map(profileOf).join('\n\n');
  },
  goals: (found) => {
    const rows = GOALS.map((promised) => {
      const { id, row, figure, text, goal } = promised;
      const measurement = found.get(id);
      if (measurement === undefined) return [`\`${row}\``, figure, 'not measured', '-', goal, '**no**'];
      const why = missed(promised, measurement);
      const met = why === null ? 'yes' : `**${why}**`;
      return [`\`${row}\``, figure, text(measurement), spreadText(promised, measurement), goal, met];
    });
    return GOALS.some(({ id }) => found.has(id))
      ? tableOf(['row', 'figure', 'measured', 'runs', 'goal', 'met'], rows)
      : null;
  },
  held: (found) => {
    // Of several rows of one pool each says what was held of all.
    const held = [...found.values()].filter((each) => (each.held ?? 0) > 0);
    if (held.length === 0) return null;
    const uncredited = held.reduce((sum, each) => sum + (each.uncredited ?? 0), 0);
    const refused = held.filter((each) => (each.refused ?? 0) > 0);
    const lost = refused.map((each) => `${fixed(each.refused, 0)} in "${each.what}"`).join(', ');
    return (
      `Held against the share log by hash: all shares answered \`true\` of ${held.length} rows, ` +
      `${uncredited === 0 ? 'none' : fixed(uncredited, 0)} of them uncredited; refused: ${lost || 'none'}.`
    );
  },
  'slow-disk': (found) => {
    const [short, long] = [found.get('slow-fsync/10'), found.get('slow-fsync/50')];
    if (short === undefined || long === undefined) return null;
    const answer = (row: Measurement): string => `${fixed(row.p50Ms, 1)} / ${fixed(row.p99Ms, 1)}`;
    return (
      `A slow disk costs time and nothing else: with fsyncs 10 and 50 ms slower, p50 / p99 of 5,000 shares/s are ` +
      `${answer(short)} and ${answer(long)} ms, at ${fixed(short.cpuUs, 1)} and ${fixed(long.cpuUs, 1)} µs of CPU a share, because batches grow.`
    );
  },
  growth: (found) => {
    const rows = rowsOf(found, 'growth');
    if (rows.length === 0) return null;
    const head = [
      'connections',
      'shares/s',
      'p50 / p99',
      'longest turn',
      'memory of the pool',
      'CPU a share',
      'refused',
    ];
    return tableOf(
      head,
      rows.map((row) => [
        fixed(row.connections, 0),
        fixed(row.rate, 0),
        `${fixed(row.p50Ms, 1)} / ${fixed(row.p99Ms, 1)} ms`,
        `${fixed(row.stallMs, 0)} ms`,
        `${mebibytes(row.rssBytes)} MiB`,
        `${fixed(row.cpuUs, 1)} µs`,
        fixed(row.refused, 0),
      ]),
    );
  },
  pod: (found) => {
    const rows = rowsOf(found, 'pod');
    if (rows.length === 0) return null;
    return tableOf(
      ['in 512 MiB', 'shares/s', 'p50 / p99', 'CPU a share', 'memory, and what was refused'],
      rows.map((row) => [
        row.what.replace(/^512 MiB: /, ''),
        fixed(row.rate, 0),
        row.rate === null ? '-' : `${fixed(row.p50Ms, 1)} / ${fixed(row.p99Ms, 1)} ms`,
        row.rate === null ? '-' : `${fixed(row.cpuUs, 1)} µs`,
        row.note,
      ]),
    );
  },
};

const percent = (part: number): string => `${fixed(100 * part, 0)} %`;

/** A thread a line: what it costs, how much of that is the kernel's, and what its samples were in. */
function profileOf({ what, rate, cpuUs, mostMs, profiled }: Measurement): string {
  const each = rate === null ? 'miner' : 'share';
  const figure =
    rate === null ? `${fixed(mostMs, 0)} ms` : `${fixed(cpuUs, 1)} µs of CPU a share at ${fixed(rate, 0)}/s`;
  const { threads, parts } = profiled!;
  const rows = threads
    .filter(({ us }) => us >= 0.5)
    .map(({ thread, us, kernel, waits }) => {
      const ofThread = parts.find((part) => part.thread === thread);
      const within = ofThread?.byWhat.slice(0, 8).map(([name, part]) => `${name} ${percent(part)}`);
      return [thread, fixed(us, 1), percent(kernel), fixed(waits, 2), within?.join(', ') ?? '-'];
    });
  const head = ['thread', `µs a ${each}`, 'in the kernel', `sleeps a ${each}`, 'of its samples'];
  return `${what}: ${figure}, the profiler's part included.\n\n${tableOf(head, rows)}`;
}

/** `page` with its parts as found. Throws for a mark of no part, and for one without an end. */
export function filledPage(page: string, findings: readonly Findings[]): string {
  const found = new Map<string, Measurement>();
  for (const { measurements } of findings) {
    for (const each of measurements) if (each.id !== undefined) found.set(each.id, each);
  }
  const opened = page.match(/<!-- bench: \S+ -->/g)?.length ?? 0;
  let filled = 0;
  const result = page.replace(
    /<!-- bench: (\S+) -->\n([\s\S]*?)<!-- bench end -->/g,
    (_, name: string, present: string) => {
      const part = PARTS[name];
      if (part === undefined)
        throw new Error(`the page has a place for "${name}", which the bench does not know`);
      filled++;
      const text = part(found, findings);
      return `<!-- bench: ${name} -->\n${text === null ? present : `${text}\n`}<!-- bench end -->`;
    },
  );
  if (opened === 0 || filled < opened)
    throw new Error('the page has no place for the figures, or one without an end');
  return result;
}

/** Throws where one of the findings is of a quick run. */
export function writePage(file: string, findings: readonly Findings[]): void {
  if (findings.some(({ quick }) => quick)) throw new Error('a quick run measures nothing worth a page');
  writeFileSync(file, filledPage(readFileSync(file, 'utf8'), findings));
}
