/**
 * Holds a dialogue with a real listener over a real socket, on the pool's hand-moved clock. `bend` changes what the
 * miner hears, line by line, which is how the tests show that a dialogue would notice.
 */
import { ADDRESS, type PoolUnderTest } from '../integration/stratum/pool-under-test.js';
import { sampleWork } from '../integration/stratum/sample-work.js';
import type { Line, WireMiner } from '../integration/stratum/wire-miner.js';
import type { Dialogue, Step } from './dialogue.js';
import { type Heard, HeardSoFar, keeps, malformed, remember } from './line-rules.js';
import { matches } from './matches.js';
import { turn, WatchedWire } from './watched-wire.js';

/** `index`: of the line, from 0, in the whole dialogue. */
export type Bend = (text: string, index: number) => readonly string[];

type StepOf<Key extends string> = Extract<Step, Record<Key, unknown>>;

const SECOND_MS = 1_000;
/** Four thousand times what a share of the tests' difficulty takes. */
const MOST_NONCES = '4000';

export class Replay {
  /** Indexes of the lines that a step of the dialogue expected, one by one. */
  readonly expected: number[] = [];
  /** For each step in which time passed, the index of the first line after its beginning. */
  readonly passes: { readonly step: Step; readonly from: number }[] = [];
  private wire!: WatchedWire;
  private index = 0;
  private queue: { readonly line: Heard; readonly index: number }[] = [];
  private soFar = new HeardSoFar();
  private readonly jobs: { readonly notify: Line; readonly difficulty: number }[] = [];
  private difficulty = Number.NaN;
  private readonly filled = new Map<string, string>();
  private tip = 1;
  private row = 1;
  private at = 0;

  constructor(
    private readonly dialogue: Dialogue,
    private readonly pool: PoolUnderTest,
    private readonly bend: Bend = (text) => [text],
  ) {
    this.filled.set('address', ADDRESS).set('user', `${ADDRESS}.rig`);
  }

  /** Throws where the pool does not do as the dialogue says. */
  async run(): Promise<void> {
    this.pool.listener.setWork(sampleWork({ job: this.row, tip: this.tip }));
    await this.connect();
    for (const step of this.dialogue.steps) {
      this.at++;
      await this.do(step);
    }
    await this.listen();
    if (this.queue.length > 0) this.fail('the pool says more than that', 'the dialogue is not complete');
    this.wire.miner.end();
  }

  private async do(step: Step): Promise<void> {
    if ('send' in step) await this.send(step);
    else if ('sendHex' in step) await this.wire.write([this.bytes(step.sendHex)]);
    else if ('frame' in step) await this.hearFrame(step);
    else if ('answer' in step) await this.hearAnswer(step);
    else if ('call' in step) await this.hearCall(step);
    else if ('nothing' in step) await this.hearNothing(step);
    else if ('passMs' in step) await this.pass(step);
    else if ('solve' in step) this.solve(step);
    else if ('work' in step) this.change(step);
    else if ('hangUp' in step) await this.hangUp();
    else if ('closed' in step) await this.hearClosing(step);
    else this.count(step);
  }

  private async connect(): Promise<void> {
    this.wire = await WatchedWire.open(this.pool);
    this.soFar = new HeardSoFar();
  }

  private async hangUp(): Promise<void> {
    await this.listen();
    this.wire.miner.end();
    while (this.pool.listener.stats().connections > 0) await turn();
    await this.connect();
  }

  private async send({ send, cut, end = '\n' }: StepOf<'send'>): Promise<void> {
    const lines = send.map((line) => this.fill(line) + end);
    const text = lines.join('');
    if (cut === undefined) await this.wire.write(lines);
    else await this.wire.write(cut === 'together' ? [text] : pieces(text, cut));
  }

  private fill(line: string): string {
    return line.replace(/<([a-z0-9-]+)>/g, (_, name: string) => {
      const value = this.filled.get(name);
      if (value === undefined) this.fail(`<${name}> is not known yet`, 'the dialogue is wrong');
      return value;
    });
  }

  private bytes(text: string): Buffer {
    const hex = text.replace(/<([a-z0-9]+)>/g, (whole, name: string) => {
      const value = this.fill(whole);
      if (name === 'job') return Buffer.of(Number(value)).toString('hex');
      return Buffer.from(value.slice(-8), 'hex').reverse().toString('hex');
    });
    return Buffer.from(hex, 'hex');
  }

  private filledIn(expected: unknown): unknown {
    return JSON.parse(this.fill(JSON.stringify(expected)));
  }

  /** Takes in everything the pool has to say now. */
  private async listen(): Promise<void> {
    for (const text of await this.wire.listen()) {
      for (const bent of this.bend(text, this.index)) this.hear(bent);
      this.index++;
    }
  }

  private hear(text: string): void {
    const line = JSON.parse(text) as Heard;
    const why = malformed(line);
    if (why !== null) this.fail(`${why}: ${text}`, 'no miner reads that');
    for (const rule of this.dialogue.rules) {
      if (!keeps(rule, line, text, this.soFar)) this.fail(`${rule.rule}: ${text}`, rule.else);
    }
    remember(line, this.soFar);
    if (line.method === 'mining.set_difficulty') this.difficulty = Number(line.params?.[0]);
    if (line.method === 'mining.notify')
      this.jobs.push({ notify: line as Line, difficulty: this.difficulty });
    if (line.method !== undefined && line.id !== null) this.filled.set('call-id', JSON.stringify(line.id));
    this.queue.push({ line, index: this.index });
  }

  private async next(otherwise: string): Promise<Heard> {
    await this.listen();
    const { line, index } = this.queue.shift() ?? this.fail('the pool says nothing', otherwise);
    this.expected.push(index);
    return line;
  }

  private async hearAnswer(step: StepOf<'answer'>): Promise<void> {
    const line = await this.next(step.else);
    const { error = null } = step;
    const isIt =
      line.method === undefined &&
      JSON.stringify(line.id) === this.fill(JSON.stringify(step.answer)) &&
      matches(error, line.error) &&
      (error === null ? matches(this.filledIn(step.result ?? true), line.result) : line.result === null);
    if (!isIt) this.fail(`${JSON.stringify(line)} instead of an answer to ${step.answer}`, step.else);
    const [list, extranonce1] = Array.isArray(line.result) ? line.result : [];
    if (Array.isArray(list)) {
      this.filled.set('session', String(list.at(-1)?.[1])).set('extranonce1', String(extranonce1));
    }
  }

  private async hearCall(step: StepOf<'call'>): Promise<void> {
    const line = await this.next(step.else);
    const isIt =
      line.method === step.call &&
      matches(step.params ?? '*', line.params) &&
      (step.id === undefined ? line.id === null : matches(step.id, line.id));
    if (!isIt) this.fail(`${JSON.stringify(line)} instead of ${step.call}`, step.else);
  }

  private async hearFrame(step: StepOf<'frame'>): Promise<void> {
    const line = await this.next(step.else);
    if (line.frame !== step.frame) this.fail(`${JSON.stringify(line)} instead of ${step.frame}`, step.else);
  }

  private async hearNothing(step: StepOf<'nothing'>): Promise<void> {
    await this.listen();
    const [more] = this.queue;
    if (more !== undefined) this.fail(`${JSON.stringify(more.line)} instead of nothing`, step.else);
  }

  private async hearClosing(step: StepOf<'closed'>): Promise<void> {
    await this.hearNothing({ nothing: true, else: step.else });
    if (!this.wire.miner.closed) this.fail('the connection is still open', step.else);
  }

  private async pass(step: StepOf<'passMs'>): Promise<void> {
    const { passMs, hears, silenceMs, else: otherwise } = step;
    await this.hearNothing({ nothing: true, else: otherwise });
    this.passes.push({ step, from: this.index });
    const methods = new Set<string>();
    let silence = 0;
    for (let passed = 0; passed < passMs; passed += SECOND_MS) {
      this.pool.clock.advance(Math.min(SECOND_MS, passMs - passed));
      await this.listen();
      silence = this.queue.length > 0 ? 0 : silence + SECOND_MS;
      if (silenceMs !== undefined && silence > silenceMs) this.fail(`${silence} ms of silence`, otherwise);
      for (const { line } of this.queue.splice(0)) methods.add(nameOf(line));
    }
    const isAsWanted =
      hears.every((wanted) => wanted.endsWith('?') || methods.has(wanted)) &&
      Array.from(methods).every((method) => hears.includes(method) || hears.includes(`${method}?`));
    if (!isAsWanted) this.fail(`heard ${[...methods]} instead of ${hears}`, otherwise);
  }

  private solve({ solve }: StepOf<'solve'>): void {
    const found = this.jobs.at(-1 - (solve.back ?? 0));
    if (found === undefined) this.fail('there is no job', 'the dialogue is wrong');
    const { notify, difficulty } = found;
    const share = this.grind(solve, notify, difficulty);
    if (share === null) this.fail(`no share at difficulty ${difficulty}`, 'the miner would look for longer');
    const [job, extranonce2, time, nonce, bits = ''] = share;
    const spelled = solve.bare ? nonce.replace(/^0+/, '') : nonce;
    for (const [name, value] of Object.entries({ job, extranonce2, time, nonce: spelled, bits })) {
      this.filled.set(name, solve.upperCase ? value.toUpperCase() : value);
    }
  }

  private grind(
    solve: StepOf<'solve'>['solve'],
    notify: Line,
    difficulty: number,
  ): ReturnType<WireMiner['grind']> | null {
    try {
      return this.wire.miner.grind(notify, {
        difficulty,
        nonceBelow: Number.parseInt(solve.nonceBelow ?? MOST_NONCES, 16),
        ...(solve.extranonce2 && { extranonce2: solve.extranonce2 }),
        ...(solve.versionBits && { versionBits: Number.parseInt(solve.versionBits, 16) }),
      });
    } catch {
      return null;
    }
  }

  private change({ work }: StepOf<'work'>): void {
    const { listener, clock } = this.pool;
    if (work === 'none') {
      listener.setNoWork('bitcoind is gone');
      return;
    }
    if (work === 'block') this.tip++;
    listener.setWork(sampleWork({ job: ++this.row, tip: this.tip, startMs: clock.nowMs() }));
  }

  private count({ counts, else: otherwise }: StepOf<'counts'>): void {
    const { shares } = this.pool.listener.stats();
    const got = Object.fromEntries(Object.entries(shares).filter(([, count]) => count > 0));
    if (!matches(counts, got))
      this.fail(`counted ${JSON.stringify(got)}, not ${JSON.stringify(counts)}`, otherwise);
  }

  private fail(what: string, otherwise: string): never {
    throw new Error(`${this.dialogue.miner}, step ${this.at}: ${what}. Then: ${otherwise}`);
  }
}

function nameOf({ method, id, frame }: Heard): string {
  return method ?? (frame === undefined ? `answer ${id}` : `frame ${frame}`);
}

function pieces(text: string, size: number): string[] {
  return Array.from({ length: Math.ceil(text.length / size) }, (_, i) =>
    text.slice(i * size, (i + 1) * size),
  );
}
