import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  isPublicOrLoopback,
  PackageCache,
  PackageSource,
  type Place,
  type SourceOptions,
  type Wanted,
} from '../../../src/packages/index.js';
import { systemTimers } from '../../../src/roles/system-timers.js';
import { proveDraws } from '../../../src/rounds/index.js';
import { temporaryFolder } from '../../bitcoind.js';
import { blocksOf, sealed } from '../../unit/rounds/archive-surgery.js';
import { APPOINTMENT, bytesOf, draftOf, riggedDraft } from '../../unit/rounds/claim-source.js';
import { type Answer, giving, head, OPTIONS, PlaceServer } from './places.js';

const { draft, shares } = draftOf({ shares: 12, miners: 3, jobs: 3, appointment: APPOINTMENT });
const built = draft.finish();
const wanted: Wanted = { kind: 'package', cid: built.cid };
const give = giving(built.package);
const notFound: Answer = (socket) => socket.end(head('404 Not Found'));
const silent: Answer = () => {};

const servers: PlaceServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serving(answer: Answer): Promise<PlaceServer> {
  const server = await PlaceServer.open(answer);
  servers.push(server);
  return server;
}

function fetching(
  places: readonly Place[],
  change: Partial<SourceOptions> = {},
  signal = new AbortController().signal,
) {
  return new PackageSource({ ...OPTIONS, ...change }, null).fetch(wanted, places, signal);
}

async function until(what: string, isSo: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !isSo(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
  if (!isSo()) throw new Error(`never: ${what}`);
}

const whys = (fetched: Awaited<ReturnType<typeof fetching>>) =>
  fetched.kind === 'unavailable' ? fetched.tried.map(({ why }) => why) : fetched.kind;

describe('a package', () => {
  it('is asked for as trustless gateways are, uncompressed', async () => {
    const server = await serving(give);
    expect(await fetching([server.place])).toMatchObject({ kind: 'package', bytes: built.package });
    expect(server.asked).toEqual([`/ipfs/${built.cid}?format=car`]);
    expect(server.heads[0]).toMatch(/\r\naccept: application\/vnd\.ipld\.car; version=1/i);
    expect(server.heads[0]).toMatch(/\r\naccept-encoding: identity\r\n/i);
  });

  it('is read from any size of pieces, and from a gateway with its own order', async () => {
    const [header, tables, ...rest] = blocksOf(built.package);
    const turned = sealed([header!, tables!, ...rest.toReversed()]);
    for (const size of [1, 100, 5_000]) {
      const server = await serving(giving(turned, size));
      expect(await fetching([server.place])).toMatchObject({ kind: 'package', bytes: built.package });
    }
  });

  it('of as many records as there may be is read', async () => {
    const large = riggedDraft(16_384, 3).draft.finish();
    const server = await serving(giving(large.package));
    const source = new PackageSource(OPTIONS, null);
    const fetched = await source.fetch(
      { kind: 'package', cid: large.cid },
      [server.place],
      new AbortController().signal,
    );
    expect(fetched).toMatchObject({ kind: 'package' });
    expect(fetched.kind === 'package' && Buffer.compare(fetched.bytes, large.package)).toBe(0);
  });

  it('is complete with its last block, though the connection stays open', async () => {
    const server = await serving((socket) => {
      socket.write(Buffer.concat([Buffer.from(head('200 OK')), built.package]));
    });
    expect(await fetching([server.place])).toMatchObject({ kind: 'package' });
    await until('hangs up', () => server.openConnections === 0);
  });

  it('may be a proof of draws', async () => {
    const proof = proveDraws(built, bytesOf('beacon'), (added) => shares[added]!.record);
    const server = await serving(giving(proof.bytes));
    const source = new PackageSource(OPTIONS, null);
    const asked: Wanted = { kind: 'proof', cid: proof.cid };
    expect(await source.fetch(asked, [server.place], new AbortController().signal)).toMatchObject({
      kind: 'package',
      bytes: proof.bytes,
    });
  });
});

describe('places are asked', () => {
  it('one after another, as soon as one fails', async () => {
    const first = await serving(notFound);
    const second = await serving(give);
    const third = await serving(give);
    const fetched = await fetching([first.place, second.place, third.place]);
    expect(fetched).toMatchObject({ kind: 'package', from: expect.stringContaining(`:${second.port}/`) });
    expect(third.asked).toEqual([]);
  });

  it('beside one that is silent, which is hung up on when another is done', async () => {
    const first = await serving(silent);
    const second = await serving(give);
    const startMs = performance.now();
    const fetched = await fetching([first.place, second.place]);
    expect(fetched).toMatchObject({ kind: 'package', from: expect.stringContaining(`:${second.port}/`) });
    expect(performance.now() - startMs).toBeGreaterThan(OPTIONS.hedgeMs - 50);
    expect(performance.now() - startMs).toBeLessThan(OPTIONS.placeMs);
    await until('hangs up', () => first.openConnections === 0);
  });

  it('only so many at once, and none when it is over', async () => {
    const slow = await Promise.all([serving(silent), serving(silent), serving(silent)]);
    const fetching3 = fetching(
      slow.map(({ place }) => place),
      { totalMs: 1_000 },
    );
    await new Promise((resolve) => setTimeout(resolve, 900));
    expect(slow.map(({ asked }) => asked.length)).toEqual([1, 1, 0]);
    expect(whys(await fetching3)).toEqual(Array(2).fill('is not done when time is over'));
    await until('hangs up', () => slow.every((server) => server.openConnections === 0));
    expect(slow[2]!.asked).toEqual([]);
  });

  it('for two packages at a time, the third when one is done', async () => {
    const server = await serving(silent);
    const source = new PackageSource(OPTIONS, null);
    const controllers = [new AbortController(), new AbortController(), new AbortController()];
    const all = controllers.map(({ signal }) => source.fetch(wanted, [server.place], signal));
    await until('asks twice', () => server.asked.length === 2);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(server.asked).toHaveLength(2);
    controllers[0]!.abort();
    expect(await all[0]).toMatchObject({ kind: 'unavailable' });
    await until('asks again', () => server.asked.length === 3);
    for (const controller of controllers) controller.abort();
    await Promise.all(all);
  });

  it('until they are told to stop, waiting for a turn or not', async () => {
    const server = await serving(silent);
    const controller = new AbortController();
    const source = new PackageSource({ ...OPTIONS, fetchesAtOnce: 1 }, null);
    const all = [1, 2].map(() => source.fetch(wanted, [server.place], controller.signal));
    await until('asks', () => server.asked.length === 1);
    controller.abort();
    expect(await Promise.all(all)).toEqual([
      {
        kind: 'unavailable',
        isDenied: false,
        tried: [expect.objectContaining({ why: 'is not done when time is over' })],
      },
      { kind: 'unavailable', isDenied: false, tried: [] },
    ]);
    await until('hangs up', () => server.openConnections === 0);
  });
});

describe('what is unavailable', () => {
  const status =
    (line: string): Answer =>
    (socket) =>
      socket.end(head(line));
  /** An answer of so many bytes of which the last ones do not come. */
  const cut: Answer = (socket) => {
    socket.end(`${head('200 OK', `content-length: ${built.package.length}`)}`);
  };

  it.each([
    ['404', notFound, true],
    ['410', status('410 Gone'), true],
    ['a page', giving(new TextEncoder().encode('<html>log in here</html>')), false],
    [
      "another package's bytes",
      giving(draftOf({ shares: 3, miners: 1, jobs: 1 }).draft.finish().package),
      true,
    ],
    ['504', status('504 Gateway Timeout'), false],
    ['500', status('500 Internal Server Error'), false],
    ['429', status('429 Too Many Requests'), false],
    ['403', status('403 Forbidden'), false],
    ['half of it', giving(built.package.subarray(0, built.package.length >> 1)), false],
    ['an answer that is cut off', cut, false],
    ['a connection that is closed', ((socket) => socket.destroy()) satisfies Answer, false],
    ['silence', silent, false],
  ] as const)(
    'is denied by a gateway that answers with %s: only if that is no network trouble',
    async (_what, answer, isDenied) => {
      const [server, empty] = [await serving(answer), await serving(notFound)];
      const change = { placeMs: 500 };
      expect(await fetching([server.place], change)).toMatchObject({ kind: 'unavailable', isDenied });
      expect(await fetching([empty.place, server.place], change)).toMatchObject({ isDenied });
    },
  );

  it('is not denied by whom nobody named, nor by nobody, nor by what is not there to be asked', async () => {
    const gone = await serving(give);
    const { place } = gone;
    await gone.close();
    servers.splice(servers.indexOf(gone), 1);
    expect(await fetching([place])).toMatchObject({
      isDenied: false,
      tried: [{ why: expect.stringMatching(/^ECONNREFUSED/) }],
    });
    const empty = await serving(notFound);
    expect(await fetching([place, empty.place])).toMatchObject({ isDenied: false });
    const foreign = { url: empty.place.url, trust: 'foreign' as const };
    const isOpen = isPublicOrLoopback;
    expect(await fetching([foreign], { isOpen })).toMatchObject({ isDenied: false });
    // Whether the claiming node answers changes nothing.
    const silence = { url: place.url, trust: 'foreign' as const };
    expect(await fetching([silence, empty.place], { isOpen })).toMatchObject({ isDenied: true });
    expect(await fetching([])).toEqual({ kind: 'unavailable', tried: [], isDenied: false });
  });

  it('does not tell passwords', async () => {
    const server = await serving(notFound);
    const url = server.url.replace('http://', 'http://me:secret@');
    const told = JSON.stringify(await fetching([{ url, trust: 'named' }]));
    expect(told).not.toContain('secret');
    expect(server.heads[0]).toContain(Buffer.from('me:secret').toString('base64'));
  });
});

describe('a private address', () => {
  const redirecting =
    (to: string): Answer =>
    (socket) =>
      socket.end(head('302 Found', `location: ${to}`));

  it.each([
    ['127.0.0.1', (port: number) => `http://127.0.0.1:${port}/`],
    ['it as a number', (port: number) => `http://2130706433:${port}/`],
    ['it in hex', (port: number) => `http://0x7f.1:${port}/`],
    ['it in IPv6', (port: number) => `http://[::ffff:127.0.0.1]:${port}/`],
    ['IPv6’s own', (port: number) => `http://[::1]:${port}/`],
    ['a name of it', (port: number) => `http://private.example:${port}/`],
  ])('is not asked because a stranger says %s', async (_what, url) => {
    const server = await serving(give);
    const resolve = async () => ['127.0.0.1', '::1'];
    const fetched = await fetching([{ url: url(server.port), trust: 'foreign' }], { resolve });
    expect(whys(fetched)).toEqual([expect.stringMatching(/^PLACE_ADDRESS: leads to .* no public address/)]);
    expect(server.asked).toEqual([]);
  });

  it('is not redirected to, unless the operator has named the host', async () => {
    const inner = await serving(give);
    const outer = await serving(redirecting(`http://127.0.0.1:${inner.port}/there`));
    expect(whys(await fetching([outer.place]))).toEqual([expect.stringMatching(/^PLACE_ADDRESS/)]);
    expect(inner.asked).toEqual([]);
    const never: Place = { url: `http://127.0.0.1:${inner.port}/other/{cid}`, trust: 'named' };
    expect(await fetching([outer.place, never])).toMatchObject({ kind: 'package' });
    expect(inner.asked).toEqual(['/there']);
  });

  it('is not redirected to by a stranger, whoever has named it', async () => {
    const inner = await serving(give);
    const foreign: Place = { url: `http://127.0.0.1:${inner.port}/`, trust: 'foreign' };
    const named: Place = { url: `http://127.0.0.1:${inner.port}/named/{cid}`, trust: 'named' };
    expect(await fetching([foreign, named])).toMatchObject({ from: expect.stringContaining('/named/') });
    expect(inner.asked).toEqual([`/named/${built.cid}`]);
  });

  it('may be that of a gateway’s own name for the CID', async () => {
    const server = await PlaceServer.open((socket, path) =>
      path.startsWith('/ipfs/')
        ? redirecting(`http://${built.cid}.ipfs.localhost:${server.port}/?format=car`)(socket, path)
        : give(socket, path),
    );
    servers.push(server);
    const place: Place = { url: `http://localhost:${server.port}/ipfs/{cid}?format=car`, trust: 'named' };
    const fetched = await fetching([place]);
    // Where the system has no names below localhost, the name is unknown; it is never refused for its address.
    if (fetched.kind === 'unavailable')
      expect(whys(fetched)).toEqual([expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN)/)]);
    else expect(server.asked).toHaveLength(2);
  });

  it('is told from an unknown name', async () => {
    const fetched = await fetching([{ url: 'http://nowhere.example/', trust: 'foreign' }]);
    expect(whys(fetched)).toEqual([expect.stringMatching(/^PLACE_ADDRESS: .* which is unknown/)]);
  });
});

describe('the cache', () => {
  const warned: string[] = [];
  const logger = {
    ...{ debug: () => {}, info: () => {}, error: () => {}, child: () => logger },
    warn: (_fields: object, message: string) => void warned.push(message),
  };
  const cached = (folder: string, maxBytes = 1_000_000) =>
    new PackageSource(OPTIONS, new PackageCache({ folder, maxBytes }, logger, systemTimers));
  const { signal } = new AbortController();

  it('has what was fetched, and asks nobody', async () => {
    const folder = join(await temporaryFolder(), 'packages');
    const server = await serving(give);
    expect(await cached(folder).fetch(wanted, [server.place], signal)).toMatchObject({ kind: 'package' });
    expect(await cached(folder).fetch(wanted, [server.place], signal)).toEqual({
      kind: 'package',
      bytes: built.package,
      from: 'the cache',
    });
    expect(server.asked).toHaveLength(1);
  });

  it('does not give damaged bytes', async () => {
    const folder = await temporaryFolder();
    const server = await serving(give);
    writeFileSync(join(folder, `${built.cid}.car`), built.package.with(-1, 0));
    const fetched = await cached(folder).fetch(wanted, [server.place], signal);
    expect(fetched).toMatchObject({ bytes: built.package, from: expect.stringContaining('/ipfs/') });
    expect(warned.at(-1)).toContain('is no use');
    expect(await cached(folder).fetch(wanted, [], signal)).toMatchObject({ from: 'the cache' });
  });

  it('makes room by what was not asked for longest', async () => {
    const folder = await temporaryFolder();
    const others = [4, 5].map((count) => draftOf({ shares: count, miners: 1, jobs: 1 }).draft.finish());
    const bytes = built.package.length + others[1]!.package.length;
    for (const each of [...others, built]) {
      const server = await serving(giving(each.package));
      const asked: Wanted = { kind: 'package', cid: each.cid };
      expect(await cached(folder, bytes).fetch(asked, [server.place], signal)).toMatchObject({
        kind: 'package',
      });
      const path = join(folder, `${each.cid}.car`);
      utimesSync(path, servers.length, servers.length);
    }
    expect(readdirSync(folder).toSorted()).toEqual(
      [built, others[1]!].map(({ cid }) => `${cid}.car`).toSorted(),
    );
  });

  it('that cannot be written costs a line of log', async () => {
    const file = join(await temporaryFolder(), 'file');
    writeFileSync(file, '');
    const server = await serving(give);
    expect(await cached(file).fetch(wanted, [server.place], signal)).toMatchObject({ kind: 'package' });
    expect(warned.at(-1)).toContain('is not kept');
  });
});
