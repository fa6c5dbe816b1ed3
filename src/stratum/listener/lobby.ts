/**
 * Where a connection waits whose address pays for it with its first words (`Visit.mayBegin`). Until then it costs little
 * more than a refusal would: no session, no extranonce. One that leaves without a word has cost its address nothing.
 */
import type { Socket } from 'node:net';
import type { Visit } from '../guard/visit.js';

/** A miner says less before it is answered; who says more while it waits is let go, so that what all keep is bounded. */
const READ_BYTES = 2048;

class Guest {
  private said: Buffer = Buffer.alloc(0);

  constructor(
    private readonly socket: Socket,
    private readonly visit: Visit,
    readonly sinceMs: number,
    /** It has spoken; whether it went on. */
    private readonly onWord: () => boolean,
    private readonly admit: () => void,
    private readonly onLarge: () => void,
  ) {
    socket.on('data', this.onData);
    socket.once('end', this.onEnd);
    visit.onTurn(() => this.goOn());
  }

  /** Goes on where its address can pay now, else when it is its turn. */
  tryAt(nowMs: number): boolean {
    const mayBegin = this.visit.mayBegin(nowMs);
    if (mayBegin) this.goOn();
    return mayBegin;
  }

  private goOn(): void {
    const { socket } = this;
    socket.off('data', this.onData).off('end', this.onEnd);
    socket.pause();
    socket.unshift(this.said);
    this.admit();
    socket.resume();
  }

  /** It never spoke, or said more than a miner would. */
  sendAway(): void {
    this.visit.faulted();
    this.destroy();
  }

  destroy(): void {
    this.socket.destroy();
  }

  get silent(): boolean {
    return this.said.length === 0;
  }

  private readonly onData = (chunk: Buffer): void => {
    this.said = this.said.length === 0 ? chunk : Buffer.concat([this.said, chunk]);
    // A proxy that logs in all its workers at once says more, where its address can pay for it.
    if (this.onWord() || this.said.length <= READ_BYTES) return;
    this.onLarge();
    this.sendAway();
  };

  /** It is always read, so that one who leaves is seen to leave and keeps no place and no turn. */
  private readonly onEnd = (): void => this.destroy();
}

export class Lobby {
  private readonly guests = new Set<Guest>();

  get size(): number {
    return this.guests.size;
  }

  /**
   * `admit` is called at once where the visit is paid for, else when the connection has spoken and its address can pay;
   * not, if it closes before. `onLarge`: it is let go for what it said.
   */
  receive(socket: Socket, visit: Visit, nowMs: () => number, admit: () => void, onLarge: () => void): void {
    if (visit.isPaid) {
      admit();
      return;
    }
    const close = (): void => void this.guests.delete(guest);
    const ignore = (): void => {};
    const leave = (): void => {
      this.guests.delete(guest);
      socket.off('close', close).off('error', ignore);
    };
    const guest: Guest = new Guest(
      socket,
      visit,
      nowMs(),
      () => guest.tryAt(nowMs()),
      () => {
        leave();
        admit();
      },
      onLarge,
    );
    this.guests.add(guest);
    // Without one, an error that it may have as yet nobody listens to would end the process.
    socket.once('close', close).on('error', ignore);
  }

  /** Called about once a second. Those who have said nothing for `patienceMs` are let go, and `onIdle` is told. */
  tick(nowMs: number, patienceMs: number, onIdle: () => void): void {
    for (const guest of this.guests) {
      if (!guest.silent || nowMs - guest.sinceMs <= patienceMs) continue;
      onIdle();
      guest.sendAway();
    }
  }

  close(): void {
    for (const guest of this.guests) guest.destroy();
  }
}
