/** A real server on a free loopback port over fixture readers; `closeAll` after each test. */
import { expect } from '@jest/globals';
import { HttpServer, type PlatformDesk } from '../../../src/http/index.js';
import { type Logger, ManualClock } from '../../../src/lib/index.js';
import { FixtureReaders } from './fixture-readers.js';

export class LogLines implements Logger {
  readonly lines: { level: string; fields: object; message: string }[] = [];

  debug(fields: object, message: string): void {
    this.lines.push({ level: 'debug', fields, message });
  }
  info(fields: object, message: string): void {
    this.lines.push({ level: 'info', fields, message });
  }
  warn(fields: object, message: string): void {
    this.lines.push({ level: 'warn', fields, message });
  }
  error(fields: object, message: string): void {
    this.lines.push({ level: 'error', fields, message });
  }
  child(): Logger {
    return this;
  }
}

export interface Served {
  readonly server: HttpServer;
  readonly port: number;
  readonly fixture: FixtureReaders;
  readonly clock: ManualClock;
  readonly log: LogLines;
  get(path: string, init?: RequestInit): Promise<Response>;
  json(path: string, init?: RequestInit): Promise<{ status: number; body: unknown }>;
}

const open: Served[] = [];

export async function serve(
  platform: { readonly token: string | null; readonly platform: PlatformDesk | null } = {
    token: null,
    platform: null,
  },
): Promise<Served> {
  const clock = new ManualClock(1_700_000_000_000);
  const fixture = new FixtureReaders(clock);
  fixture.platform = platform.platform;
  const log = new LogLines();
  const server = new HttpServer({ host: '127.0.0.1', port: 0, token: platform.token }, fixture.readers, {
    logger: log,
    timers: clock,
    metrics: fixture.metrics.http,
  });
  const port = await server.listen();
  const get = (path: string, init?: RequestInit): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}${path}`, init);
  const json = async (path: string, init?: RequestInit): Promise<{ status: number; body: unknown }> => {
    const response = await get(path, init);
    if (!/^application\/json/.test(response.headers.get('content-type') ?? '')) throw new Error('no JSON');
    return { status: response.status, body: await response.json() };
  };
  const served = { server, port, fixture, clock, log, get, json };
  open.push(served);
  return served;
}

export async function closeAll(): Promise<void> {
  for (const { server, fixture } of open.splice(0)) {
    await server.close();
    fixture.events.close();
    fixture.metrics.close();
  }
}

export function post(body: unknown): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** A typed error with this code, a message and a hint. */
export function failure(code: string): object {
  return { error: { code, message: expect.stringMatching(/\S/), hint: expect.stringMatching(/\S/) } };
}
