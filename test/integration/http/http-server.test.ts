import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { HttpServer } from '../../../src/http/index.js';
import { closeAll, failure, serve } from './serve.js';

afterEach(closeAll);

/** What the server answers to bytes that no HTTP client would send. */
async function raw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes);
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
  });
  await once(socket, 'close');
  return text;
}

describe('HttpServer', () => {
  it.each([
    ['GET', '/no/such/page'],
    ['PUT', '/healthz'],
    ['DELETE', '/audit'],
    ['GET', '/submission'],
    ['POST', '/metrics'],
  ])('answers %s %s with a typed 404', async (method, path) => {
    const { json } = await serve();
    expect(await json(path, { method })).toEqual({ status: 404, body: failure('ROUTE_UNKNOWN') });
  });

  it.each(['/task/%E0%A4%A', '/%'])('answers the broken path %s in JSON', async (path) => {
    const { json } = await serve();
    const { status, body } = await json(path);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(body).toEqual({
      error: { code: expect.any(String), message: expect.any(String), hint: expect.any(String) },
    });
  });

  it('answers what is not HTTP in JSON and hangs up', async () => {
    const { port } = await serve();
    const text = await raw(port, 'mining.subscribe\r\n\r\n');
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4))).toEqual(failure('REQUEST_MALFORMED'));
  });

  it("logs a reader's fault and tells the caller nothing of it", async () => {
    const { fixture, log, json } = await serve();
    fixture.readPool = () => {
      throw new Error('no such table: shares in /var/lib/secret.sqlite');
    };
    const answer = await json('/api/v1/pool');
    expect(answer).toEqual({ status: 500, body: failure('INTERNAL') });
    expect(JSON.stringify(answer)).not.toContain('secret');
    expect(log.lines).toMatchObject([{ level: 'error', fields: { path: '/api/v1/pool' } }]);
  });

  it('names no framework, forbids sniffing and caching, and answers HEAD like GET without a body', async () => {
    const { get } = await serve();
    const response = await get('/healthz', { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
    expect(response.headers.get('x-powered-by')).toBeNull();
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('says which port is taken', async () => {
    const { port, fixture, log, clock } = await serve();
    const second = new HttpServer({ host: '127.0.0.1', port, token: null }, fixture.readers, {
      logger: log,
      timers: clock,
      metrics: null,
    });
    await expect(second.listen()).rejects.toMatchObject({
      code: 'HTTP_LISTEN_FAILED',
      message: `HTTP cannot listen on 127.0.0.1:${port}: the port is taken: stop what has it, or choose another with --http-port`,
    });
    await second.close();
  });
});

describe('close', () => {
  it('ends streams, idle and unused connections, finishes the answer under way, and takes no new connection', async () => {
    const { server, fixture, get, json, port } = await serve();
    const stream = await get('/api/v1/events');
    const unused = connect(port, '127.0.0.1');
    await once(unused, 'connect');
    let read = (): void => {};
    const asked = new Promise<void>((resolve) => {
      fixture.readHealth = () => {
        resolve();
        return new Promise((answer) => {
          read = () => answer(fixture.healthState);
        });
      };
    });
    const underWay = json('/healthz');
    await asked;
    const closed = server.close();
    expect(await stream.text()).toBe('retry: 3000\n\n');
    read();
    expect(await underWay).toMatchObject({
      status: 503,
      body: { status: 'unhealthy', components: { api: false }, reasons: [{ component: 'api' }] },
    });
    // The clock stands still, so nothing was cut: everything ended by itself.
    await closed;
    unused.destroy();
    await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
  });

  it('cuts what does not end within two seconds', async () => {
    const { server, clock, fixture, get } = await serve();
    const asked = new Promise<void>((resolve) => {
      fixture.readPool = () => {
        resolve();
        return new Promise(() => undefined);
      };
    });
    const cut = expect(get('/api/v1/pool')).rejects.toThrow();
    await asked;
    const closed = server.close();
    await new Promise((resolve) => setTimeout(resolve, 20));
    clock.advance(1_999);
    await expect(
      Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 50, 'open'))]),
    ).resolves.toBe('open');
    clock.advance(1);
    await closed;
    await cut;
  });
});
