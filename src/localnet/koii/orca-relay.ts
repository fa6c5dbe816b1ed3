/**
 * An emulated Orca node: the socket.io relay between a task and its pod, without authentication and without time limits
 * as the real one, and the pod's side-car, which makes an HTTP request of each call. The pod is started when the task
 * asks for it and stopped when the task's socket goes. What is called is kept, as Orca's log keeps it.
 */
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type Socket } from 'socket.io';
import { type Socket as ClientSocket, io } from 'socket.io-client';
import { errorMessage } from '../../lib/index.js';

export interface EmulatedPod {
  /** Of 127.0.0.1; port 8080 inside a real pod. */
  readonly httpPort: number;
  stop(): Promise<void>;
}

export interface RpcRequest {
  readonly id: string;
  readonly functionName: string;
  readonly functionArgs: { method?: string; headers?: Record<string, string>; body?: string };
}

/** What a task says of the pod it wants. */
export interface PodWish {
  readonly podImageUrl: string;
  readonly podId: string;
  readonly orcaUrl: string;
  /** YAML for `podman play kube`. */
  readonly podSpec?: string;
}

export interface RelayOptions {
  readonly taskId: string;
  /**
   * What the side-car makes of an answer: status and body, and of one that is no success its `error`, or else the whole, in
   * another `error`; or the body alone and a failed call for no success.
   */
  readonly shape: 'nested' | 'flat';
  readonly startPod: (wish: PodWish) => Promise<EmulatedPod>;
  /**
   * As the published node: whoever was connected stays known when it is gone, and what is sent to it vanishes; at the third
   * look since, so far apart, the pod is deleted and both are forgotten, and then nothing is answered at all. Without
   * it a call says at once that nobody is connected, so that the task comes back without the twenty seconds of a silent one.
   */
  readonly sweepMs?: number;
}

/** socket.io's own bound; a message above it ends the connection of whoever sent it. */
const MOST_BYTES = 1e6;
const LOST_SWEEPS = 3;

export class OrcaRelay {
  readonly requests: RpcRequest[] = [];
  /** Why pods did not start; to a task that is as if there were none. */
  readonly failures: string[] = [];
  private http: HttpServer = createServer();
  private server = new Server();
  private readonly sockets = new Map<string, Socket>();
  /** Pods on their way out. */
  private stops = 0;
  private lostSweeps = 0;
  private sweeping: NodeJS.Timeout | undefined;
  private running: Promise<{ readonly pod: EmulatedPod; readonly sideCar: ClientSocket } | null> | null =
    null;

  constructor(private readonly options: RelayOptions) {}

  /** Resolves to its address. */
  async start(): Promise<string> {
    await this.listen(0);
    return `ws://127.0.0.1:${this.port}`;
  }

  /** As the Orca node does with its Koii node: what was connected is gone, the pod too; it has the port it had. */
  async restart(): Promise<void> {
    const { port } = this;
    await this.stop();
    this.sockets.clear();
    await this.listen(port);
  }

  private get port(): number {
    return (this.http.address() as AddressInfo).port;
  }

  private async listen(port: number): Promise<void> {
    this.http = createServer();
    this.server = new Server(this.http, { maxHttpBufferSize: MOST_BYTES });
    this.server.of(`/${this.options.taskId}`).on('connection', (socket) => this.connected(socket));
    await new Promise<void>((resolve) => this.http.listen(port, '127.0.0.1', resolve));
    const { sweepMs } = this.options;
    if (sweepMs !== undefined) this.sweeping = setInterval(() => this.sweep(), sweepMs);
  }

  /** As of a machine that slept: the pod's side-car is not connected any more, and does not come back. */
  async loseSideCar(): Promise<void> {
    (await this.running)?.sideCar.disconnect();
  }

  private sweep(): void {
    const both = ['orcaPulse', 'pulse_proxy'].map((type) => this.sockets.get(type));
    if (both.includes(undefined)) return;
    this.lostSweeps = both.every((socket) => socket?.connected) ? 0 : this.lostSweeps + 1;
    if (this.lostSweeps < LOST_SWEEPS) return;
    this.lostSweeps = 0;
    this.sockets.clear();
    void this.stopPod();
  }

  async stop(): Promise<void> {
    clearInterval(this.sweeping);
    await this.stopPod();
    await this.server.close();
  }

  private connected(socket: Socket): void {
    const type = String((socket.handshake.auth as { connectionType?: unknown }).connectionType);
    const other = type === 'orcaPulse' ? 'pulse_proxy' : 'orcaPulse';
    this.sockets.set(type, socket);
    socket.on('orcaPulse:init', (wish: PodWish) => {
      // One that exists is not made again, on its way out neither.
      if (this.stops > 0) return;
      this.running ??= this.options.startPod(wish).then(
        (pod) => ({ pod, sideCar: this.joined(`${wish.orcaUrl}/${wish.podId}`, pod) }),
        (error) => {
          this.failures.push(errorMessage(error));
          this.running = null;
          return null;
        },
      );
    });
    socket.on('rpc:request', (request: RpcRequest) => {
      this.requests.push(request);
      // The published node throws here.
      if (!this.sockets.has(type)) return;
      const receiver = this.sockets.get(other);
      if (receiver !== undefined) receiver.emit('rpc:request', request);
      else
        socket.emit('rpc:response', { id: request.id, status: 'error', message: 'receiver not connected' });
    });
    socket.on('rpc:response', (response: object) => this.sockets.get(other)?.emit('rpc:response', response));
    socket.on('disconnect', () => {
      const isForgotten = this.options.sweepMs === undefined && this.sockets.get(type) === socket;
      if (isForgotten) this.sockets.delete(type);
      if (type === 'orcaPulse') void this.stopPod();
    });
  }

  private joined(url: string, pod: EmulatedPod): ClientSocket {
    const socket = io(url, { auth: { connectionType: 'pulse_proxy' }, transports: ['websocket'] });
    socket.on('rpc:request', async ({ id, functionName, functionArgs }: RpcRequest) => {
      const { shape } = this.options;
      const { status, data } = await asked(
        pod,
        functionName,
        shape === 'nested' ? merged(functionArgs) : functionArgs,
      );
      if (shape === 'nested') {
        const told = status < 400 ? data : { error: (data as { error?: unknown } | null)?.error || data };
        socket.emit('rpc:response', { id, status: 200, data: { status, data: told } });
      } else if (status < 400) socket.emit('rpc:response', { id, status: 200, data });
      else socket.emit('rpc:response', { id, status: 500, data: { error: { status, error: data } } });
    });
    return socket;
  }

  private async stopPod(): Promise<void> {
    const { running } = this;
    if (running === null) return;
    this.running = null;
    this.stops++;
    const ended = await running;
    ended?.sideCar.disconnect();
    await ended?.pod.stop();
    this.stops--;
  }
}

/**
 * The present side-car spreads the caller's headers and puts its own beside them, so that a `content-type` in lower case
 * makes two, which `fetch` joins into one that no server knows.
 */
function merged({ method, headers, body }: RpcRequest['functionArgs']): RpcRequest['functionArgs'] {
  if (!body) return { method: method || 'GET', headers: { ...headers } };
  const own = { ...headers, 'Content-Type': 'application/json' };
  return { method: method || 'GET', headers: own, ...(method === 'GET' ? {} : { body }) };
}

/** A container that does not answer is a 500 of the side-car's. */
async function asked(
  { httpPort }: EmulatedPod,
  path: string,
  args: RpcRequest['functionArgs'],
): Promise<{ status: number; data: unknown }> {
  try {
    const response = await fetch(`http://127.0.0.1:${httpPort}/${path}`, args);
    const isJson = response.headers.get('content-type')?.includes('application/json');
    return { status: response.status, data: isJson ? await response.json() : await response.text() };
  } catch (error) {
    return { status: 500, data: { error: String(error) } };
  }
}
