/**
 * What a session keeps where BTC.com's farm agent speaks for the machines of a farm: under which name each mines, which
 * job has which short id, and what each machine was told of the difficulty. The agent passes the first
 * `mining.set_difficulty` of a connection on to every machine, also to those that come later, and no other; all after
 * that it must be told machine by machine, in a frame that knows powers of two. So one that comes later works off the job
 * that there is at the first difficulty until the frame is there, or where its firmware waits for it until the next job.
 */
import { setDifficultyFrames } from './frame.js';
import { MachineSet } from './machine-set.js';
import type { ShortJobIds } from './short-job-ids.js';

/** As btcpool has it; BTCAgent 2 says `btccom-agent/2.0.0-mu`. */
const USER_AGENT = 'btccom-agent/';

/** Measured on the safe side: an entry of a map, and a name in another. */
const MACHINE_BYTES = 50;
const NAME_BYTES = 100;

export function isFarmAgent(userAgent: string): boolean {
  return userAgent.startsWith(USER_AGENT);
}

export class FarmAgent {
  /** It wants to hear what became of each share. */
  hearsOfShares = false;
  /** Usernames by the agent's numbers. */
  private readonly machines = new Map<number, string>();
  /** Those that came when memory was tight: they mine as the first worker does. */
  private readonly unnamed = new MachineSet();
  /** When the last of them strayed, as below; null where none did. */
  private unnamedStrayedMs: number | null = null;
  /** Many machines may have one name. */
  private readonly names = new Map<string, string>();
  private nameBytes = 0;
  /** What it tells every machine that comes; null before the first job. */
  private first: number | null = null;
  /** What its machines were told last. */
  private told: number | null = null;
  /** Machines that came since, and are to be told. */
  private readonly newcomers = new Set<number>();
  /** When the machines came that the agent told the first difficulty while another held: what they had was sent before. */
  private readonly strayedMs = new Map<number, number>();
  private shares = 0;

  /** `jobIds`: an earlier connection's go on. */
  constructor(public jobIds: ShortJobIds) {}

  get stateBytes(): number {
    const { machines, strayedMs, nameBytes, unnamed, jobIds } = this;
    const numbered = (machines.size + strayedMs.size) * MACHINE_BYTES + unnamed.stateBytes;
    return numbered + nameBytes + jobIds.stateBytes;
  }

  /** Machines that it speaks for. */
  get size(): number {
    return this.machines.size + this.unnamed.size;
  }

  /** Without telling it apart from others; one that is keeps its name. */
  registerUnnamed(machine: number, nowMs: number): void {
    const username = this.machines.get(machine);
    if (username !== undefined) {
      this.register(machine, username, nowMs);
      return;
    }
    this.unnamed.add(machine);
    if (this.told === this.first) return;
    this.newcomers.add(machine);
    this.unnamedStrayedMs = nowMs;
  }

  register(machine: number, username: string, nowMs: number): void {
    this.unnamed.delete(machine);
    let name = this.names.get(username);
    if (name === undefined) {
      name = username;
      this.names.set(name, name);
      this.nameBytes += NAME_BYTES + name.length;
    }
    this.machines.set(machine, name);
    this.strayedMs.delete(machine);
    if (this.told === this.first) return;
    this.newcomers.add(machine);
    this.strayedMs.set(machine, nowMs);
  }

  unregister(machine: number): void {
    this.machines.delete(machine);
    this.unnamed.delete(machine);
    this.newcomers.delete(machine);
    this.strayedMs.delete(machine);
  }

  /** Null for a machine that is not registered. */
  usernameOf(machine: number): string | null {
    return this.machines.get(machine) ?? null;
  }

  isUnnamed(machine: number): boolean {
    return this.unnamed.has(machine);
  }

  /** The number of the share that has just come, as the agent counts them. */
  countShare(): number {
    const index = this.shares;
    this.shares = (index + 1) % 2 ** 16;
    return index;
  }

  /** What goes out before a notify of that difficulty, and after its `mining.set_difficulty` if it has one. */
  tell(difficulty: number): string {
    this.first ??= difficulty;
    const isNews = difficulty !== (this.told ?? difficulty);
    this.told = difficulty;
    if (!isNews) return this.tellNewcomers();
    this.newcomers.clear();
    return frames(difficulty, this.everyone());
  }

  /** What goes out within a second, to machines that came while another difficulty held than the agent tells them. */
  tellNewcomers(): string {
    if (this.newcomers.size === 0) return '';
    const machines = Buffer.allocUnsafe(2 * this.newcomers.size);
    writeNumbers(this.newcomers, machines);
    this.newcomers.clear();
    return frames(this.told!, machines);
  }

  private everyone(): Buffer {
    const numbers = Buffer.allocUnsafe(2 * this.size);
    writeNumbers(this.machines.keys(), numbers);
    this.unnamed.write(numbers, 2 * this.machines.size);
    return numbers;
  }

  /**
   * The difficulty that the machine, by the extranonce2 of its share, has been told for a job that was sent then, where it
   * need not be the job's own; else null.
   */
  toldOf(extranonce2: Uint8Array, sentMs: number): number | null {
    const machine = machineOf(extranonce2);
    const cameMs = this.unnamed.has(machine) ? this.unnamedStrayedMs : (this.strayedMs.get(machine) ?? null);
    return cameMs === null || sentMs > cameMs ? null : this.first;
  }
}

/** It is the first 4 bytes. */
function machineOf(extranonce2: Uint8Array): number {
  return new DataView(extranonce2.buffer, extranonce2.byteOffset).getUint32(0);
}

function writeNumbers(machines: Iterable<number>, into: Buffer): void {
  let at = 0;
  for (const machine of machines) {
    into[at++] = machine & 0xff;
    into[at++] = machine >>> 8;
  }
}

/** Less than 1 no frame can say; only on networks with blocks that easy is there such a difficulty for an agent. */
function frames(difficulty: number, machines: Buffer): string {
  return difficulty < 1 ? '' : setDifficultyFrames(Math.log2(difficulty), machines);
}
