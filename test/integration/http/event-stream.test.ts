import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { EVENT_SAMPLES } from '../../unit/events/event-samples.js';
import { closeAll, failure, type Served, serve } from './serve.js';

afterEach(closeAll);

/** Reads a stream until `enough`, then lets go. */
async function readUntil(response: Response, enough: (text: string) => boolean): Promise<string> {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (!enough(text)) {
    const { done, value } = await reader.read();
    if (done) break;
    text += value;
  }
  await reader.cancel();
  return text;
}

async function metric({ fixture }: Served, series: string): Promise<number> {
  const line = (await fixture.metrics.text()).split('\n').find((text) => text.startsWith(`${series} `));
  return line === undefined ? 0 : Number(line.slice(series.length));
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const limitMs = performance.now() + 10_000;
  while (!(await condition())) {
    if (performance.now() > limitMs) throw new Error('it did not come true within 10 s');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe('GET /api/v1/events', () => {
  it('sends what happens from now on, with id and name, and without IP addresses', async () => {
    const served = await serve();
    const response = await served.get('/api/v1/events');
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    served.fixture.events.publish('share_submitted', EVENT_SAMPLES.share_submitted);
    served.fixture.events.publish('block_found', EVENT_SAMPLES.block_found);
    const text = await readUntil(response, (so) => /block_found[\s\S]*\n\n$/.test(so));
    const frames = text.split('\n\n').filter((frame) => frame.startsWith('id:'));
    expect(frames).toHaveLength(2);
    const [id, event, data] = frames[0]!.split('\n');
    const told = JSON.parse(data!.slice('data: '.length));
    const { ip: _, ...share } = EVENT_SAMPLES.share_submitted;
    expect(told).toMatchObject({
      version: 1,
      event: 'share_submitted',
      source: 'coordinator',
      node: 'node-a',
    });
    expect(told.data).toEqual(share);
    expect([id, event]).toEqual([`id: ${told.event_id}`, 'event: share_submitted']);
    expect(text).not.toContain(EVENT_SAMPLES.share_submitted.ip);
  });

  it('sends only the events asked for, and refuses a name that is none', async () => {
    const { fixture, get, json } = await serve();
    const response = await get('/api/v1/events?events=block_found,new_block_network');
    fixture.events.publish('share_submitted', EVENT_SAMPLES.share_submitted);
    fixture.events.publish('block_found', EVENT_SAMPLES.block_found);
    const text = await readUntil(response, (so) => so.includes('block_found'));
    expect(text).not.toContain('share_submitted');
    expect(await json('/api/v1/events?events=toString')).toEqual({
      status: 400,
      body: failure('QUERY_INVALID'),
    });
  });

  it('keeps a silent stream alive', async () => {
    const { clock, get } = await serve();
    const response = await get('/api/v1/events');
    clock.advance(15_000);
    expect(await readUntil(response, (so) => so.includes('\n\n:\n\n'))).toBe('retry: 3000\n\n:\n\n');
  });

  it('lets a reader go that left', async () => {
    const served = await serve();
    const abort = new AbortController();
    await served.get('/api/v1/events', { signal: abort.signal });
    expect(await metric(served, 'orcapool_http_event_streams')).toBe(1);
    abort.abort();
    await until(async () => (await metric(served, 'orcapool_http_event_streams')) === 0);
    served.fixture.events.publish('block_found', EVENT_SAMPLES.block_found);
    expect(served.fixture.events.depth).toBe(0);
  });

  it('cuts a reader that takes nothing for ten seconds, counts it, and serves the others meanwhile', async () => {
    const served = await serve();
    const { fixture, clock } = served;
    const stuck = connect(served.port, '127.0.0.1');
    await once(stuck, 'connect');
    stuck.on('error', () => undefined);
    stuck.write('GET /api/v1/events HTTP/1.1\r\nhost: localhost\r\n\r\n');
    stuck.pause();
    await until(async () => (await metric(served, 'orcapool_http_event_streams')) === 1);
    const useragent = 'x'.repeat(60_000);
    // Past the socket buffers of both sides the queue fills and, at its bound, drops its oldest.
    await until(async () => {
      for (let i = 0; i < 100; i++) {
        fixture.events.publish('miner_connected', { ...EVENT_SAMPLES.miner_connected, useragent });
      }
      return fixture.events.dropped > 0;
    });
    const quick = await served.get('/api/v1/events?events=block_found');
    fixture.events.publish('block_found', EVENT_SAMPLES.block_found);
    expect(await readUntil(quick, (so) => so.includes('block_found'))).toContain('block_found');
    clock.advance(10_000);
    await until(async () => (await metric(served, 'orcapool_http_event_streams')) === 0);
    expect(await metric(served, 'orcapool_http_event_streams_cut_total{reason="slow"}')).toBe(1);
    stuck.destroy();
  });

  it('tells a reader how many events it missed', async () => {
    const { fixture, get } = await serve();
    const response = await get('/api/v1/events');
    for (let height = 1; height <= 1_500; height++) {
      fixture.events.publish('new_block_network', { ...EVENT_SAMPLES.new_block_network, height });
    }
    const text = await readUntil(response, (so) => so.includes('"height":1500,'));
    // 1,500 in one go into a queue of 1,000
    expect(text).toContain('event: dropped\ndata: {"count":500}\n\n');
    expect(text).not.toContain('"height":500,');
    expect(text).toContain('"height":501,');
  });

  it('ends at once for a HEAD', async () => {
    const served = await serve();
    const response = await served.get('/api/v1/events', { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(await metric(served, 'orcapool_http_event_streams')).toBe(0);
  });

  it('takes a hundred readers and tells the next to come later', async () => {
    const served = await serve();
    const readers = await Promise.all(Array.from({ length: 100 }, () => served.get('/api/v1/events')));
    expect(await served.json('/api/v1/events')).toEqual({ status: 503, body: failure('STREAM_FULL') });
    expect(await metric(served, 'orcapool_http_event_streams_cut_total{reason="full"}')).toBe(1);
    await Promise.all(readers.map((reader) => reader.body!.cancel()));
  });
});
