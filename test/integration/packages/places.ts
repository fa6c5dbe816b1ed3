/** Servers on loopback that give packages, or what somebody who means harm would give, byte by byte as the test writes it. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { isPublicAddress, type Place, type SourceOptions } from '../../../src/packages/index.js';
import { systemTimers } from '../../../src/roles/system-timers.js';

export type Answer = (socket: Socket, path: string) => void;

export class PlaceServer {
  /** Paths that were asked for. */
  readonly asked: string[] = [];
  /** What each asking's head was. */
  readonly heads: string[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async open(answer: Answer): Promise<PlaceServer> {
    const server = createServer();
    const opened = new PlaceServer(server);
    server.on('connection', (socket) => opened.serve(socket, answer));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return opened;
  }

  private serve(socket: Socket, answer: Answer): void {
    this.sockets.add(socket);
    socket.on('error', () => {}); // those who refuse us hang up as they like
    socket.on('close', () => this.sockets.delete(socket));
    let head = '';
    const read = (data: Uint8Array): void => {
      head += Buffer.from(data).toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      socket.off('data', read);
      socket.resume();
      const path = head.split(' ')[1]!;
      this.asked.push(path);
      this.heads.push(head);
      answer(socket, path);
    };
    socket.on('data', read);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/ipfs/{cid}?format=car`;
  }

  get place(): Place {
    return { url: this.url, trust: 'named' };
  }

  get openConnections(): number {
    return this.sockets.size;
  }

  get isOpen(): boolean {
    return this.server.listening;
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }
}

export function head(status: string, ...headers: readonly string[]): string {
  return [`HTTP/1.1 ${status}`, 'connection: close', ...headers, '', ''].join('\r\n');
}

/** The body until the connection ends, in pieces of `size`. */
export function giving(body: Uint8Array, size = body.length): Answer {
  return (socket) => {
    socket.write(head('200 OK', 'content-type: application/vnd.ipld.car; version=1'));
    for (let at = 0; at < body.length; at += size) socket.write(body.subarray(at, at + size));
    socket.end();
  };
}

/** `first`, then the same for ever, as fast as it is taken. */
export function endless(first: Uint8Array | string, again: Uint8Array): Answer {
  return (socket) => {
    socket.write(first);
    const write = (): void => {
      while (!socket.destroyed && socket.write(again));
    };
    socket.on('drain', write);
    write();
  };
}

/** As for production, but for times that a test can wait for. */
export const OPTIONS: SourceOptions = {
  ...{ timers: systemTimers, resolve: async () => [], isOpen: isPublicAddress },
  ...{ placeMs: 3_000, totalMs: 8_000, hedgeMs: 300, slowBytes: 65_536, placesAtOnce: 2, fetchesAtOnce: 2 },
};
