/** A loopback HTTP server for JSON, as the emulators need it. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface JsonReply {
  readonly status: number;
  readonly body: unknown;
}

/** As it came from elsewhere, or is no JSON. */
export interface RawReply {
  readonly status: number;
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** Bytes alone are a file; null is no answer at all: the connection is cut. */
export type Reply = JsonReply | RawReply | Uint8Array | null;

export type Respond = (request: IncomingMessage, body: Buffer) => Reply | Promise<Reply>;

export interface RunningServer {
  readonly port: number;
  close(): Promise<void>;
}

export async function serveJson(respond: Respond): Promise<RunningServer> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', async () => {
      try {
        const reply = await respond(request, Buffer.concat(parts));
        if (reply === null) request.socket.destroy();
        else if (reply instanceof Uint8Array) {
          response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(reply);
        } else if ('bytes' in reply) {
          response.writeHead(reply.status, { 'content-type': reply.type }).end(reply.bytes);
        } else {
          response.writeHead(reply.status, { 'content-type': 'application/json' });
          response.end(JSON.stringify(reply.body));
        }
      } catch (error) {
        response.writeHead(500, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ message: String(error) }));
      }
    });
  });
  await listening(server);
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
}
