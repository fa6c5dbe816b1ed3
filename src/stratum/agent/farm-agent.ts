/**
 * What a session keeps where BTC.com's farm agent speaks for the machines of a farm: under which name each mines, which
 * job has which short id, and what each machine was told of the difficulty. The agent passes the first
 * `mining.set_difficulty` of a connection on to every machine, also to those that come later, and no other; all after
 * that it must be told machine by machine, in a frame that knows powers of two.
 */
import { setDifficultyFrames } from './frame.js';
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
  /** Many machines may have one name. */
  private readonly names = new Map<string, string>();
  private nameBytes = 0;
  /** What it tells every machine that comes; null before the first job. */
  private first: number | null = null;
  /** What its machines were told last. */
  private told: number | null = null;
  /** Machines that came since, and know only the first. */
  private readonly untold = new Set<number>();
  private shares = 0;

  /** `jobIds`: an earlier connection's go on. */
  constructor(public jobIds: ShortJobIds) {}

  get stateBytes(): number {
    const { machines, untold, nameBytes, jobIds } = this;
    return (machines.size + untold.size) * MACHINE_BYTES + nameBytes + jobIds.stateBytes;
  }

  /** There are machines that do not know the difficulty of the job they have. */
  get isBehind(): boolean {
    return this.untold.size > 0;
  }

  register(machine: number, username: string): void {
    let name = this.names.get(username);
    if (name === undefined) {
      name = username;
      this.names.set(name, name);
      this.nameBytes += NAME_BYTES + name.length;
    }
    this.machines.set(machine, name);
    if (this.told !== this.first) this.untold.add(machine);
  }

  unregister(machine: number): void {
    this.machines.delete(machine);
    this.untold.delete(machine);
  }

  /** Null for a machine that is not registered. */
  usernameOf(machine: number): string | null {
    return this.machines.get(machine) ?? null;
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
    const machines = [...(isNews ? this.machines.keys() : this.untold)];
    this.told = difficulty;
    this.untold.clear();
    // Less than 1 no frame can say; only on networks with blocks that easy is there such a difficulty for an agent.
    return difficulty < 1 ? '' : setDifficultyFrames(Math.log2(difficulty), machines);
  }
}
