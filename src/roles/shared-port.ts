/**
 * One listener process's share of a port that all of them have. Paused, it takes no more connections from the
 * kernel's queue, so its siblings take them; when all are paused nobody holds the port and miners are refused at
 * once, which lets them go to their next pool instead of waiting in a queue.
 *
 * With `cluster`'s `SCHED_NONE` only closing does that (tried on Node 20): `server.maxConnections` accepts and then
 * hangs up, and a listening handle has no way to stop polling. Closing gives the worker's duplicate of the socket
 * back and leaves open connections alone; listening again asks the coordinator for another duplicate, or a new socket
 * when nobody had one.
 */
import type { AddressInfo, Server } from 'node:net';
import { CodedError, errorCode, errorMessage, type Logger, type Timers } from '../lib/index.js';

/** A predecessor that was cut off from its coordinator needs a moment to let go of the port. */
const PORT_PATIENCE_MS = 8_000;
const PORT_RETRY_MS = 200;

/** What listening ends in where the host is wrong. */
const HOST_CODES: ReadonlySet<string> = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EADDRNOTAVAIL', 'EINVAL']);

export class SharedPortError extends CodedError<'PORT_TAKEN' | 'HOST_UNUSABLE'> {}

export class SharedPort {
  private wanted = true;
  private busy = false;
  /** Of this run, also where the system was to choose one. */
  private bound = 0;

  constructor(
    private readonly server: Server,
    /** `setting`: the flag that chooses another port. */
    private readonly address: { readonly port: number; readonly host: string; readonly setting: string },
    private readonly logger: Logger,
    private readonly timers: Timers,
  ) {}

  /** Resolves with the port once it is open; throws what keeps it closed, `SharedPortError` where a setting does. */
  async open(): Promise<number> {
    const deadlineMs = this.timers.nowMs() + PORT_PATIENCE_MS;
    for (;;) {
      try {
        await this.listen(this.address.port);
        this.bound = (this.server.address() as AddressInfo).port;
        return this.bound;
      } catch (error) {
        if (HOST_CODES.has(String(errorCode(error)))) throw this.hostless(error);
        if (errorCode(error) !== 'EADDRINUSE') throw error;
        if (this.timers.nowMs() > deadlineMs) throw this.taken(error);
        await new Promise<void>((resolve) => this.timers.after(PORT_RETRY_MS, resolve));
      }
    }
  }

  private taken(cause: unknown): SharedPortError {
    const { host, port, setting } = this.address;
    return new SharedPortError(
      'PORT_TAKEN',
      `port ${port} of ${host} is taken by another program: stop it, or choose another with ${setting}`,
      {},
      cause,
    );
  }

  private hostless(cause: unknown): SharedPortError {
    const { host } = this.address;
    return new SharedPortError(
      'HOST_UNUSABLE',
      `stratum.host is ${host}, which is no address of this machine (${String(errorCode(cause))}): name one it has, or 0.0.0.0 for all`,
      { host },
      cause,
    );
  }

  /** Whether connections are wanted now; takes effect at once, or after the change that is under way. */
  accept(wanted: boolean): void {
    this.wanted = wanted;
    if (this.busy || wanted === this.server.listening) return;
    if (wanted) void this.reopen();
    else this.server.close();
  }

  /** For good. */
  close(): void {
    this.accept(false);
  }

  private async reopen(): Promise<void> {
    this.busy = true;
    while (this.wanted && !this.server.listening) {
      try {
        await this.listenAgain();
      } catch (error) {
        this.logger.warn({ error: errorMessage(error) }, 'the port could not be taken again yet');
        await new Promise<void>((resolve) => this.timers.after(PORT_RETRY_MS, resolve));
      }
    }
    this.busy = false;
    this.accept(this.wanted);
  }

  /**
   * A port the system chose is asked for by its number, or another would be chosen; should siblings still have it,
   * it is known to the coordinator as the one that was chosen, and by its number it is taken.
   */
  private async listenAgain(): Promise<void> {
    try {
      await this.listen(this.bound);
    } catch (error) {
      if (errorCode(error) !== 'EADDRINUSE' || this.address.port !== 0) throw error;
      await this.listen(0);
    }
  }

  private listen(port: number): Promise<void> {
    const { server } = this;
    const { host } = this.address;
    return new Promise<void>((resolve, reject) => {
      const settle = (error?: Error): void => {
        server.off('error', settle).off('listening', settle);
        if (error === undefined) {
          resolve();
          return;
        }
        // `cluster` leaves one of its own behind at each failed attempt.
        server.removeAllListeners('listening');
        reject(error);
      };
      server.once('error', settle).once('listening', settle);
      server.listen({ port, host, backlog: 4096 });
    });
  }
}
