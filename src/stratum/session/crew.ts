/**
 * The workers of one connection: the first that logs in brings the payout that owns it, others may share it. A proxy may
 * have thousands behind it: those beyond the limit mine as the first worker does, under whatever name of its address. Nobody
 * loses by that: the address is paid, and of one share in 10 s each of 256 names has one in 43 minutes as it is.
 */
import { equalBytes } from '../../lib/index.js';
import { minerId } from '../../mining/index.js';
import { type Identity, splitUsername } from './identity.js';
import { usernameOf, type Worker } from './worker.js';

/** Whether all connections together have filled much of the memory there is for miners. */
export interface MinersRoom {
  readonly isTight: boolean;
}

/** Measured: a worker that has logged in. */
const WORKER_BYTES = 900;

export class Crew {
  /** By the username of the login. */
  readonly workers = new Map<string, Worker>();
  /** Miner id of the payout that owns the connection. */
  ownerId: Uint8Array | null = null;
  /** Of the session that this one continues, by `<address>[.worker]`. */
  private pastBests: ReadonlyMap<string, number> = new Map();
  /** Characters of the names. */
  private nameBytes = 0;

  /** `limit`: worker names that are told apart. `room`: for more of them; null for as much as it takes. */
  constructor(
    private limit: number,
    private readonly room: MinersRoom | null = null,
  ) {}

  /** The worker that logged in first. */
  get owner(): Worker | null {
    return this.workers.values().next().value ?? null;
  }

  get stateBytes(): number {
    return this.workers.size * WORKER_BYTES + this.nameBytes;
  }

  get isTight(): boolean {
    return this.room?.isTight === true;
  }

  get isFull(): boolean {
    return this.workers.size >= this.limit;
  }

  /**
   * Whether another name is told apart. Where it is not, none will be: who bears it was told that it is logged in. The first
   * always is.
   */
  takesAnother(): boolean {
    if (this.isTight) this.limit = Math.min(this.limit, Math.max(1, this.workers.size));
    return !this.isFull;
  }

  /** Whose a share under that username is; null for nobody's here. */
  workerOf(username: string): Worker | null {
    const known = this.workers.get(username);
    if (known !== undefined || !this.isFull || this.owner === null) return known ?? null;
    const [address] = splitUsername(username);
    const { address: own } = this.owner.identity;
    return address === own || address.toLowerCase() === own ? this.owner : null;
  }

  mayPay(identity: Identity): boolean {
    const { payout } = identity;
    if (payout === this.owner?.identity.payout) return true;
    return this.ownerId === null || equalBytes(this.ownerId, minerId(payout));
  }

  /** Best share difficulty of the session, by `<address>[.worker]`: of those that had a share. */
  bests(): ReadonlyMap<string, number> {
    const workers = Array.from(this.workers.values()).filter(({ bestSession }) => bestSession > 0);
    return new Map(workers.map((worker) => [usernameOf(worker), worker.bestSession]));
  }

  /** The bests of an earlier session are these workers'. Before the first of them. */
  goOn(bests: ReadonlyMap<string, number>): void {
    this.pastBests = bests;
  }

  add(username: string, worker: Worker): void {
    this.ownerId ??= minerId(worker.identity.payout);
    this.workers.set(username, worker);
    this.nameBytes += username.length;
    worker.bestSession = Math.max(worker.bestSession, this.pastBests.get(usernameOf(worker)) ?? 0);
  }
}
