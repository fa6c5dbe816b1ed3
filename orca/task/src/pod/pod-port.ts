/**
 * The port of this machine behind POOL_STRATUM_PORT, on which podman publishes the pod's. Where another program has it the
 * pod cannot start, and that says nothing but the log of the Koii node; so the task looks for itself, by knocking: to
 * open the port would be in podman's way. Whoever opens is the pool itself where the container answers.
 */
import { connect } from 'node:net';
import type { Timers } from '../../../../src/lib/index.js';
import type { Attention } from '../operator/operator-variables.js';

export interface PodPortDeps {
  /** Of 127.0.0.1. */
  readonly port: number;
  readonly timers: Timers;
  /** Whether the container has answered when it was asked last. */
  readonly hasAnswered: () => boolean;
  /** Asks it, for longer than the pod of a task that has just ended takes to end too. Never rejects. */
  readonly answers: () => Promise<boolean>;
  /** There is a `problem` now. */
  readonly onTaken: () => void;
  /** There was one and the port is free: the pod may be asked for again. */
  readonly onFree: () => void;
}

const LOOK_MS = 5_000;
const KNOCK_MS = 2_000;

export class PodPort {
  /** Why the pod cannot start; null where nothing is in its way. */
  problem: Attention | null = null;
  private isLooking = false;

  constructor(private readonly deps: PodPortDeps) {}

  /** Returns what ends it. */
  start(): () => void {
    void this.look();
    return this.deps.timers.every(LOOK_MS, () => void this.look());
  }

  private async look(): Promise<void> {
    if (this.isLooking) return;
    this.isLooking = true;
    try {
      await this.lookOnce();
    } finally {
      this.isLooking = false;
    }
  }

  private async lookOnce(): Promise<void> {
    const { port, hasAnswered, answers, onTaken, onFree } = this.deps;
    if (hasAnswered()) {
      this.problem = null;
      return;
    }
    const isTaken =
      (await opens(port)) && (this.problem !== null || (!(await answers()) && (await opens(port))));
    if (isTaken && this.problem === null) {
      this.problem = {
        what: `port ${port} is taken by another program; it comes behind POOL_STRATUM_PORT, and without it the pool's container cannot start`,
        whatToDo:
          'Set POOL_STRATUM_PORT to another port whose next one is free too, or end that program: the container starts then by itself.',
      };
      onTaken();
    }
    if (!isTaken && this.problem !== null) {
      this.problem = null;
      onFree();
    }
  }
}

/** Whether somebody accepts connections there. */
function opens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: KNOCK_MS });
    const end = (isOpen: boolean): void => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}
