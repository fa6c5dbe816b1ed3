/** An HTTP server on loopback that answers as a bitcoind in trouble does. Only for faults; a chain it has not. */
import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface StubCall {
  readonly method: string;
  readonly params: readonly unknown[];
  readonly authorization: string;
  readonly id: unknown;
}

export type StubAnswer = (call: StubCall, response: http.ServerResponse, socket: Socket) => void;

/** As bitcoind sends it. */
export function result(value: unknown): StubAnswer {
  return (call, response) => sendJson(response, 200, { result: value, error: null, id: call.id });
}

/** As bitcoind sends it: HTTP 500, 404 for an unknown method. */
export function rpcError(code: number, message: string): StubAnswer {
  return (call, response) =>
    sendJson(response, code === -32601 ? 404 : 500, { result: null, error: { code, message }, id: call.id });
}

function sendJson(response: http.ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** 401, 403 or 503 come with no JSON from bitcoind. */
export function httpStatus(status: number, body = ''): StubAnswer {
  return (_call, response) =>
    response.writeHead(status, { 'content-type': 'text/html; charset=ISO-8859-1' }).end(body);
}

export class RpcStub {
  readonly calls: StubCall[] = [];
  connections = 0;
  private readonly sockets = new Set<Socket>();
  private readonly server: http.Server;

  private constructor(public answer: StubAnswer) {
    this.server = http.createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = JSON.parse(Buffer.concat(chunks).toString()) as Pick<
          StubCall,
          'method' | 'params' | 'id'
        >;
        const call = { ...body, authorization: request.headers.authorization ?? '' };
        this.calls.push(call);
        this.answer(call, response, request.socket);
      });
    });
    this.server.on('connection', (socket) => {
      this.connections++;
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  static async start(answer: StubAnswer): Promise<RpcStub> {
    const stub = new RpcStub(answer);
    await new Promise<void>((resolve) => stub.server.listen(0, '127.0.0.1', resolve));
    return stub;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** What bitcoind's `-rpcservertimeout` does to idle connections; resolves when they are gone on this side. */
  async closeSockets(): Promise<void> {
    const gone = [...this.sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    for (const socket of this.sockets) socket.destroy();
    await Promise.all(gone);
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    await this.closeSockets();
    await closed;
  }
}
