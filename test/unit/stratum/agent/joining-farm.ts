/**
 * A farm whose machines come one after another to a farm agent, without hashing: shares by chance, from a seed, in steps of
 * a tenth of a second, against the pool's own difficulty, guard and agent. A share is worth what `checkShare` says of its
 * hash. As BTCAgent does, each machine is given the connection's first difficulty and the job there is; what a frame says
 * counts at once or with its next job, by its firmware.
 */
import { FarmAgent } from '../../../../src/stratum/agent/farm-agent.js';
import { ShortJobIds } from '../../../../src/stratum/agent/short-job-ids.js';
import { ConnectionGuard } from '../../../../src/stratum/guard/connection-guard.js';
import { DEFAULT_LIMITS } from '../../../../src/stratum/index.js';
import { DifficultySetting } from '../../../../src/stratum/session/difficulty-setting.js';
import { REGTEST } from '../../../integration/stratum/sample-work.js';
import { seededRandom } from '../session/modelled-miner.js';

export interface Farm {
  readonly machines: number;
  /** Hashes a second, of each. */
  readonly hashrate: number;
  /** All have come by then. */
  readonly joinMs: number;
  /** Of each machine, whether what a frame says counts for the job that it has. */
  readonly heedsAtOnce: (machine: number) => boolean;
}

interface Job {
  readonly sentMs: number;
  readonly difficulty: number;
}

interface Machine {
  readonly comesMs: number;
  difficulty: number;
  /** From the next job on. */
  next: number | null;
  job: Job | null;
}

interface FoundShare {
  readonly machine: number;
  readonly job: Job;
  /** Of its hash. */
  readonly difficulty: number;
}

/** Of one minute. */
export interface Minute {
  accepted: number;
  uncredited: number;
  refused: number;
  /** Part of the hashing that was credited. */
  credited: number;
}

const STEP_MS = 100;
const RENOTIFY_MS = 27_000;
const HASHES_PER_DIFFICULTY = 2 ** 32;
const FRAME_BYTES = 19;

export class JoiningFarm {
  readonly minutes: Minute[] = [];
  readonly guard = new ConnectionGuard(DEFAULT_LIMITS, 0);
  /** Why the guard would have ended the connection first; null where it did not. */
  ended: string | null = null;
  private readonly agent = new FarmAgent(new ShortJobIds(0));
  private readonly setting: DifficultySetting;
  private readonly machines: Machine[];
  private readonly random: () => number;
  private readonly waiting: FoundShare[] = [];
  private job: Job | null = null;
  private nowMs = 0;

  constructor(
    private readonly farm: Farm,
    startDifficulty: number,
    seed: number,
  ) {
    this.random = seededRandom(seed);
    this.setting = new DifficultySetting(
      {
        network: REGTEST,
        mode: 'pool',
        startDifficulty,
        minDifficulty: 0.001,
        maxDifficulty: 2 ** 50,
        shareIntervalMs: 10_000,
        fixed: 'holds',
        versionMask: 0,
        limits: DEFAULT_LIMITS,
      },
      () => Number.POSITIVE_INFINITY,
    );
    this.setting.keepToPowersOfTwo();
    this.setting.start(null, 0);
    this.machines = Array.from({ length: farm.machines }, () => ({
      comesMs: this.random() * farm.joinMs,
      difficulty: this.setting.value,
      next: null,
      job: null,
    }));
    this.sendJob();
  }

  run(untilMs: number): void {
    for (; this.nowMs < untilMs; this.nowMs += STEP_MS) {
      if (this.nowMs % 60_000 === 0)
        this.minutes.push({ accepted: 0, uncredited: 0, refused: 0, credited: 0 });
      this.machines.forEach((machine, number) => {
        if (machine.job === null && machine.comesMs <= this.nowMs) this.join(machine, number);
        if (machine.job !== null) this.hash(machine, number);
      });
      this.workOff();
      if (this.nowMs % 1_000 === 0) this.tick();
    }
  }

  private join(machine: Machine, number: number): void {
    machine.job = this.job;
    if (!this.guard.admitLine(this.nowMs, FRAME_BYTES, false)) this.ended ??= 'a login waits';
    this.agent.register(number, `a.r${number}`, this.nowMs);
  }

  private hash(machine: Machine, number: number): void {
    const mean = (this.farm.hashrate * STEP_MS) / 1000 / HASHES_PER_DIFFICULTY / machine.difficulty;
    for (let left = Math.exp(-mean), drawn = this.random(); drawn > left; drawn *= this.random()) {
      this.waiting.push({
        machine: number,
        job: machine.job!,
        difficulty: machine.difficulty / this.random(),
      });
    }
  }

  private workOff(): void {
    for (let share = this.waiting[0]; share !== undefined; share = this.waiting[0]) {
      if (!this.guard.admitLine(this.nowMs, FRAME_BYTES, true)) return;
      this.waiting.shift();
      this.judge(share);
    }
  }

  private judge({ machine, job, difficulty }: FoundShare): void {
    const minute = this.minutes.at(-1)!;
    const told = this.agent.toldOf(Uint8Array.of(0, 0, machine >> 8, machine, 0, 0, 0, 0), job.sentMs);
    const easiest = Math.min(job.difficulty, this.job!.difficulty, told ?? job.difficulty);
    if (difficulty < easiest) {
      minute.refused++;
      this.guard.refusedShare(this.nowMs);
      return;
    }
    this.guard.goodShare();
    if (difficulty >= job.difficulty) {
      minute.accepted++;
      minute.credited += (job.difficulty * HASHES_PER_DIFFICULTY) / this.hashesAMinute;
      this.guard.proved(this.nowMs);
    } else minute.uncredited++;
    if (this.setting.onShare(this.nowMs, Math.min(job.difficulty, told ?? easiest), difficulty))
      this.sendJob();
  }

  private get hashesAMinute(): number {
    return this.farm.machines * this.farm.hashrate * 60;
  }

  private tick(): void {
    this.hear(this.agent.tellNewcomers());
    const isDue = this.nowMs - this.job!.sentMs >= RENOTIFY_MS;
    if (this.setting.onTick(this.nowMs) || isDue) this.sendJob();
    const state = { ready: true, crowded: false, unreadBytes: 0, difficulty: this.setting.value };
    this.ended ??= this.guard.overdue(state, this.nowMs);
    if (this.guard.floods(this.nowMs)) this.ended ??= 'yields to anybody';
  }

  private sendJob(): void {
    this.job = { sentMs: this.nowMs, difficulty: this.setting.value };
    this.hear(this.agent.tell(this.job.difficulty));
    for (const machine of this.machines) {
      if (machine.job === null) continue;
      machine.job = this.job;
      machine.difficulty = machine.next ?? machine.difficulty;
      machine.next = null;
    }
  }

  /** Frames of one difficulty: 7f 05, length, exponent, number of machines, machines. */
  private hear(words: string): void {
    if (words === '') return;
    const bytes = Buffer.from(words, 'latin1');
    for (let at = 7; at < bytes.length; at += 2) {
      const number = bytes.readUInt16LE(at);
      const machine = this.machines[number]!;
      if (this.farm.heedsAtOnce(number)) machine.difficulty = 2 ** bytes[4]!;
      else machine.next = 2 ** bytes[4]!;
    }
  }
}
