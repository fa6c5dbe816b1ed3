/**
 * A socket's way in: there must be room, then its entrance tells whose it is, the door lets it in or not, and in the
 * lobby it waits until it is paid for. Whether the listener has room at all is told to whoever holds the port.
 */
import type { Socket } from 'node:net';
import type { Timers } from '../../lib/index.js';
import type { Door } from '../guard/door.js';
import { Room } from '../guard/room.js';
import type { Visit } from '../guard/visit.js';
import type { DropReason } from '../stratum-metrics.js';
import type { Entrance } from '../transport/entrance.js';
import type { Peer, PortKind } from '../transport/peer.js';
import { pausePromptly } from '../transport/prompt-pause.js';
import type { Turns } from '../transport/tls-input.js';
import type { ListenerOptions } from './listener-options.js';
import { Lobby } from './lobby.js';

const KEEP_ALIVE_MS = 60_000;

/** The rest of the listener, as its reception sees it. */
export interface Inside {
  /** Connections that have come through here. */
  readonly connections: number;
  accept(socket: Socket, peer: Peer, visit: Visit): void;
  dropped(reason: DropReason): void;
  /** Of those who have proved work, and of strangers. */
  turns(hasWorked: boolean): ReturnType<Turns>;
}

export class Reception {
  private readonly lobby = new Lobby();
  private readonly room: Room;
  private closing = false;
  /** Told when there is no room for another connection, and when there is again. */
  onRoom: (hasRoom: boolean) => void = () => {};

  constructor(
    private readonly options: Pick<ListenerOptions, 'maxConnections' | 'limits'>,
    private readonly door: Door,
    private readonly entrance: Entrance,
    private readonly timers: Timers,
    private readonly inside: Inside,
  ) {
    this.room = new Room(options.maxConnections);
  }

  /** As of the last look. */
  get isFull(): boolean {
    return this.room.full;
  }

  receive(socket: Socket, port: PortKind): void {
    // An error that nobody listens to would end the process.
    socket.on('error', () => {});
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    pausePromptly(socket);
    const isFull = this.taken >= this.options.maxConnections && !this.door.canMakeRoom;
    if (this.closing || isFull) {
      this.inside.dropped('full');
      socket.destroy();
      return;
    }
    let visit: Visit | null = null;
    const leave = (): void => visit?.left(this.timers.nowMs());
    this.entrance.receive(socket, port, {
      mayEnter: ({ ip }) => {
        const entered = this.door.enter(ip, this.timers.nowMs());
        if (typeof entered !== 'string') {
          visit = entered;
          visit.occupiedBy({
            ready: false,
            floods: false,
            yieldPlace: () => {
              this.inside.dropped('yielded');
              socket.destroy();
            },
          });
          socket.once('close', leave);
          return true;
        }
        this.inside.dropped(entered);
        // A closed connection stays in the kernel for another minute, and of these there may be many.
        socket.resetAndDestroy();
        return false;
      },
      admitted: (stream, peer) => {
        this.lobby.receive(
          stream,
          visit!,
          () => this.timers.nowMs(),
          () => {
            socket.off('close', leave);
            this.inside.accept(stream, peer, visit!);
          },
          () => this.inside.dropped('oversize-line'),
        );
      },
      turns: () => this.inside.turns(visit?.hasWorked ?? false),
      refused: (reason) => {
        this.inside.dropped(reason);
        visit?.faulted();
      },
    });
    this.lookForRoom();
  }

  lookForRoom(): void {
    // On a full node the port stays open where a stranger can yield: whoever comes may have more to show.
    const { hasRoom: onNode, canMakeRoom } = this.door;
    const hasRoom = canMakeRoom ? this.room.look(0, true) : this.room.look(this.taken, onNode);
    if (hasRoom !== null) this.onRoom(hasRoom);
  }

  /** Called about once a second. */
  tick(): void {
    const { loginMs, crowdedLoginMs } = this.options.limits;
    const patienceMs = this.door.crowded ? crowdedLoginMs : loginMs;
    this.lobby.tick(this.timers.nowMs(), patienceMs, () => this.inside.dropped('idle'));
    this.lookForRoom();
  }

  /** Nobody comes in any more, and who was on the way is let go. */
  close(): void {
    this.closing = true;
    this.entrance.close();
    this.lobby.close();
  }

  /** Places, those of connections included that have not yet shown what they are, or said a word. */
  private get taken(): number {
    return this.inside.connections + this.entrance.size + this.lobby.size;
  }
}
