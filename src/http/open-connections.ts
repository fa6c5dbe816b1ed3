/**
 * Knows which connections have an answer under way, so that a stopping server need not wait for the rest. Node's
 * own `closeIdleConnections` passes over a connection that was opened ahead and never asked anything, as browsers
 * and fetch do.
 */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

export class OpenConnections {
  private readonly sockets = new Set<Socket>();
  private readonly busy = new Set<Socket>();
  private ending = false;

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
    server.on('request', ({ socket }, response) => {
      this.busy.add(socket);
      response.once('close', () => {
        this.busy.delete(socket);
        if (this.ending) socket.destroySoon();
      });
    });
  }

  /** Ends what is idle now, and the others as their answer is out. */
  end(): void {
    this.ending = true;
    for (const socket of this.sockets) if (!this.busy.has(socket)) socket.destroy();
  }
}
