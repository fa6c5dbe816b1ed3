/**
 * Clients of the worst kind, from many loopback addresses: those who shout, who whisper, who talk nonsense, who ask
 * what takes longest to read, who send shares that are none, who never listen, and who come and go. Each comes back a moment after it was thrown out. They
 * know the protocol as far as they need it, and share no code with the pool.
 */
import { connect, type Socket } from 'node:net';

const VICES = [
  'flood',
  'slowloris',
  'giant-line',
  'garbage',
  'slow-lines',
  'share-spam',
  'deaf',
  'storm',
] as const;

export type Vice = (typeof VICES)[number];

const ADDRESS = 'bcrt1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qzf4jry';
const LOGIN =
  '{"id":1,"method":"mining.subscribe","params":["worst/1"]}\n' +
  `{"id":2,"method":"mining.authorize","params":["${ADDRESS}.worst","x"]}\n`;
const PINGS = '{"id":9,"method":"mining.ping","params":[]}\n'.repeat(200);
/** Above any cap of a line, without an end. */
const GIANT = 'x'.repeat(100_000);
const GARBAGE = [
  'GET / HTTP/1.1\r\nHost: pool\r\n\r\n',
  '\x16\x03\x01\x02\x00\x01\x00\n',
  '[]\n',
  '{"id":\n',
];
/** A line's cap once logged in, and what is in it but the objects. */
const LONGEST = 8_192;
const FRAME = 60;
/** Of one set: as many as a client sends before it has them all again. */
const SLOW_LINES = 16;
const BUSY_MS = 50;
const AGAIN_MS = 250;
const STORM_AGAIN_MS = 50;

/**
 * A ping whose parameter is an object in an object in an object, each with a key of its own: a millisecond of parsing,
 * where a ping takes two microseconds. `seed` sets its keys apart from the next one's.
 */
function slowLine(seed: number): string {
  const beginnings: string[] = [];
  let length = FRAME;
  while (length < LONGEST) {
    const key = (seed * 1_000 + beginnings.length).toString(36);
    const beginning = `{"${key}":`;
    length += beginning.length + 1;
    beginnings.push(beginning);
  }
  beginnings.pop();
  const nested = `${beginnings.join('')}1${'}'.repeat(beginnings.length)}`;
  return `{"id":9,"method":"mining.ping","params":[${nested}]}\n`;
}

const SLOW = Array.from({ length: SLOW_LINES }, (_, seed) => slowLine(seed));

class HostileClient {
  private socket: Socket | null = null;
  private timer: NodeJS.Timeout | null = null;
  private job = '0';
  private turn = 0;

  constructor(
    private readonly port: number,
    private readonly from: string,
    private readonly vice: Vice,
    private readonly onConnect: () => void,
  ) {}

  start(): void {
    const socket = connect({ port: this.port, host: '127.0.0.1', localAddress: this.from });
    this.socket = socket;
    socket.on('error', () => {});
    socket.on('connect', () => {
      this.onConnect();
      this.misbehave(socket);
    });
    socket.on('close', () => {
      if (this.timer !== null) clearInterval(this.timer);
      this.timer = null;
      if (this.socket === socket) {
        this.timer = setTimeout(() => this.start(), this.vice === 'storm' ? STORM_AGAIN_MS : AGAIN_MS);
      }
    });
  }

  stop(): void {
    const { socket } = this;
    this.socket = null;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    socket?.destroy();
  }

  private misbehave(socket: Socket): void {
    switch (this.vice) {
      case 'storm':
        socket.end(LOGIN.slice(0, 20));
        setTimeout(() => socket.destroy(), BUSY_MS);
        break;
      case 'giant-line':
        socket.write(GIANT);
        break;
      case 'slowloris':
        this.each(socket, () => '{');
        break;
      case 'garbage':
        this.each(socket, (turn) => GARBAGE[turn % GARBAGE.length]!);
        break;
      case 'slow-lines':
        socket.write(LOGIN);
        this.each(socket, (turn) => SLOW[turn % SLOW_LINES]!);
        break;
      case 'deaf':
        socket.pause();
        socket.write(LOGIN);
        this.each(socket, () => PINGS);
        break;
      case 'flood':
        socket.resume();
        this.each(socket, () => PINGS);
        break;
      case 'share-spam':
        this.spam(socket);
    }
    if (this.vice !== 'deaf' && this.vice !== 'share-spam') socket.resume();
  }

  /** Shares of too low difficulty, the same ones again, of unknown jobs, of nobody, and no shares at all. */
  private spam(socket: Socket): void {
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      this.job = /"mining\.notify","params":\["([0-9a-f]+)"/.exec(text)?.[1] ?? this.job;
    });
    socket.write(LOGIN);
    this.each(socket, (turn) => {
      const time = Math.floor(Date.now() / 1000).toString(16);
      const submit = (...params: unknown[]): string =>
        `${JSON.stringify({ id: turn, method: 'mining.submit', params })}\n`;
      const user = `${ADDRESS}.worst`;
      const nonce = (turn * 7919).toString(16).padStart(8, '0');
      const low = submit(user, this.job, '0000000000000001', time, nonce);
      return (
        low +
        low +
        submit(user, 'ffff', '0000000000000001', time, nonce) +
        submit('nobody', this.job, '0000000000000001', time, nonce) +
        submit(user, this.job, 'zz', time, nonce)
      ).repeat(4);
    });
  }

  private each(socket: Socket, text: (turn: number) => string): void {
    this.timer = setInterval(() => {
      // What the pool does not take is not piled up here.
      if (!socket.writableNeedDrain) socket.write(text(this.turn++));
    }, BUSY_MS);
  }
}

export class HostileCrowd {
  /** Connections that were made, let in or not. */
  connects = 0;
  private readonly clients: HostileClient[];

  /** With fewer `addresses` than clients each of them has clients of several kinds. */
  constructor(port: number, count: number, addresses = 250) {
    this.clients = Array.from({ length: count }, (_, i) => {
      const which = i % addresses;
      const from = `127.1.${Math.floor(which / 250)}.${1 + (which % 250)}`;
      return new HostileClient(port, from, VICES[i % VICES.length]!, () => {
        this.connects++;
      });
    });
  }

  start(): void {
    for (const client of this.clients) client.start();
  }

  stop(): void {
    for (const client of this.clients) client.stop();
  }
}
