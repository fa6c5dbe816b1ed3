/** Whatever a place gives, it costs little, ends soon, has a reason, and the next place is asked. */
import { createHash, randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { PackageSource, type Wanted } from '../../../src/packages/index.js';
import { Cid } from '../../../src/rounds/index.js';
import { blocksOf, type LooseBlock, sealed, withBlock } from '../../unit/rounds/archive-surgery.js';
import { APPOINTMENT, draftOf } from '../../unit/rounds/claim-source.js';
import { type Answer, endless, giving, head, OPTIONS, PlaceServer } from './places.js';

const built = draftOf({ shares: 12, miners: 3, jobs: 3, appointment: APPOINTMENT }).draft.finish();
const wanted: Wanted = { kind: 'package', cid: built.cid };
const other = draftOf({ shares: 4, miners: 1, jobs: 1 }).draft.finish();
const blocks = blocksOf(built.package);

const servers: PlaceServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serving(answer: Answer): Promise<PlaceServer> {
  const server = await PlaceServer.open(answer);
  servers.push(server);
  return server;
}

function loose(bytes: Uint8Array, cid?: Uint8Array): LooseBlock {
  const digest = createHash('sha256').update(bytes).digest();
  return { cid: cid ?? Uint8Array.from([1, 0x55, 0x12, 0x20, ...digest]), bytes };
}

const OK = head('200 OK', 'content-type: application/vnd.ipld.car');
const CHUNKED = head('200 OK', 'transfer-encoding: chunked');
const KB = 1024;
/** What one read from a socket may bring beyond the byte that decides. */
const READ = 64 * KB;

const BOMB = gzipSync(new Uint8Array(16 * KB * KB));

interface Hostile {
  readonly name: string;
  readonly answer: Answer;
  readonly why: RegExp;
  /** Of the body, at most. */
  readonly bytes: number;
}

const said =
  (text: string): Answer =>
  (socket) =>
    socket.end(text);

const HOSTILE: readonly Hostile[] = [
  {
    name: 'a page of HTML for everything',
    answer: (socket) =>
      socket.end(`${head('200 OK', 'content-type: text/html')}${'<html>not here</html>'.repeat(500_000)}`),
    why: /^CID_FORM: .*said to be "text\/html"/,
    bytes: READ,
  },
  { name: 'an empty body', answer: said(OK), why: /^BLOCK_MISSING/, bytes: 0 },
  { name: '404', answer: said(head('404 Not Found')), why: /^PLACE_STATUS: answers 404/, bytes: 0 },
  { name: '206', answer: said(head('206 Partial Content')), why: /^PLACE_STATUS: answers 206/, bytes: 0 },
  {
    name: 'a redirect to nowhere',
    answer: said(head('302 Found', 'location: http://[')),
    why: /^PLACE_STATUS: answers 302/,
    bytes: 0,
  },
  {
    name: 'redirects in a circle',
    answer: said(head('307 Temporary Redirect', 'location: /round/and/round')),
    why: /^PLACE_REDIRECTS/,
    bytes: 0,
  },
  {
    name: 'a redirect to a file',
    answer: said(head('302 Found', 'location: file:///etc/passwd')),
    why: /^PLACE_ADDRESS: leads to file:/,
    bytes: 0,
  },
  {
    name: 'sixteen megabytes in sixteen kilobytes of gzip',
    answer: (socket) => {
      socket.write(head('200 OK', 'content-encoding: gzip'));
      socket.end(BOMB);
    },
    why: /^PLACE_ENCODING: answers in "gzip"/,
    bytes: 0,
  },
  {
    name: 'a terabyte announced',
    answer: endless(head('200 OK', 'content-length: 1000000000000'), new Uint8Array(READ)),
    why: /^PLACE_TOO_LARGE/,
    bytes: 0,
  },
  { name: 'zeros without end', answer: endless(OK, new Uint8Array(READ)), why: /^CID_FORM/, bytes: READ },
  {
    name: 'noise without end',
    answer: endless(OK, randomBytes(READ)),
    why: /^C(ID_FORM|AR_HEADER)/,
    bytes: READ,
  },
  {
    name: 'a block of a megabyte that is not its CID’s',
    answer: endless(
      Buffer.concat([
        Buffer.from(OK),
        sealed(blocks.slice(0, 2)),
        Uint8Array.of(0xa4, 0x80, 0x40),
        blocks[2]!.cid,
      ]),
      new Uint8Array(READ),
    ),
    why: /^BLOCK_HASH/,
    bytes: 1024 * KB + 2 * READ,
  },
  {
    name: 'blocks that nothing links to, without end',
    answer: (socket) => {
      const strangers = Array.from({ length: 50 }, () => loose(randomBytes(200 * KB)));
      giving(sealed([...blocks.slice(0, 2), ...strangers]))(socket, '');
    },
    why: /^BLOCK_UNEXPECTED/,
    bytes: 200 * KB + 2 * READ,
  },
  {
    name: 'its first block without end',
    answer: endless(
      Buffer.concat([Buffer.from(OK), sealed(blocks.slice(0, 1))]),
      sealed(Array(100).fill(blocks[0]!)).subarray(59),
    ),
    why: /^BLOCK_REPEATED/,
    bytes: 1024 * KB + 2 * READ,
  },
  {
    name: 'a circle of links, which hashes cannot close',
    answer: giving(sealed([blocks[0]!, { cid: blocks[1]!.cid, bytes: blocks[0]!.bytes }])),
    why: /^BLOCK_HASH/,
    bytes: READ,
  },
  { name: 'another package', answer: giving(other.package), why: /^BLOCK_UNEXPECTED/, bytes: READ },
  {
    name: 'another package under this one’s name',
    answer: giving(sealed([{ ...blocksOf(other.package)[0]!, cid: blocks[0]!.cid }])),
    why: /^BLOCK_HASH/,
    bytes: READ,
  },
  {
    name: 'a package with one bit changed',
    answer: giving(built.package.with(-1, built.package.at(-1)! ^ 1)),
    why: /^BLOCK_HASH/,
    bytes: READ,
  },
  {
    name: 'the package’s CBOR spelled longer, so that it is another block',
    answer: giving(
      sealed([{ cid: blocks[0]!.cid, bytes: withBlock(blocks, 0, Uint8Array.of(0xbf, 0xff))[0]!.bytes }]),
    ),
    why: /^BLOCK_HASH/,
    bytes: READ,
  },
  {
    name: 'an end in mid-block',
    answer: giving(built.package.slice(0, -100)),
    why: /^BLOCK_MISSING/,
    bytes: READ,
  },
  {
    name: 'less than its content-length',
    answer: (socket) => {
      socket.write(head('200 OK', `content-length: ${built.package.length}`));
      socket.end(built.package.slice(0, -100));
    },
    why: /^ECONNRESET/,
    bytes: READ,
  },
  {
    name: 'a content-length of less than it gives',
    answer: (socket) => {
      socket.write(head('200 OK', `content-length: ${built.package.length - 100}`));
      socket.end(built.package);
    },
    why: /^(BLOCK_MISSING|HPE_)/,
    bytes: READ,
  },
  {
    name: 'two content-lengths',
    answer: said(head('200 OK', 'content-length: 10', 'content-length: 20')),
    why: /^HPE_/,
    bytes: 0,
  },
  {
    name: 'a reset in mid-body',
    answer: (socket) => {
      socket.write(OK);
      socket.write(built.package.slice(0, 500), () => socket.resetAndDestroy());
    },
    why: /^(ECONNRESET|BLOCK_MISSING)/,
    bytes: READ,
  },
  { name: 'a reset at once', answer: (socket) => socket.resetAndDestroy(), why: /^ECONNRESET/, bytes: 0 },
  { name: 'an end at once', answer: (socket) => socket.end(), why: /^ECONNRESET/, bytes: 0 },
  {
    name: 'headers without end',
    answer: endless('HTTP/1.1 200 OK\r\n', Buffer.from(`x-more: ${'a'.repeat(1000)}\r\n`.repeat(60))),
    why: /^HPE_HEADER_OVERFLOW/,
    bytes: 0,
  },
  {
    name: 'one header without end',
    answer: endless('HTTP/1.1 200 OK\r\nx-more: ', Buffer.alloc(READ, 'a')),
    why: /^HPE_HEADER_OVERFLOW/,
    bytes: 0,
  },
  {
    name: 'promises of an answer without end',
    answer: endless('', Buffer.from('HTTP/1.1 102 Processing\r\n\r\n'.repeat(2000))),
    why: /^PLACE_HEADERS/,
    bytes: 0,
  },
  {
    name: 'another protocol',
    answer: said(head('101 Switching Protocols', 'upgrade: websocket', 'connection: upgrade')),
    why: /^(PLACE_STATUS|PLACE_CONNECTION|ECONNRESET|HPE_)/,
    bytes: 0,
  },
  { name: 'no HTTP', answer: said('SSH-2.0-OpenSSH_9.2p1\r\n'), why: /^HPE_/, bytes: 0 },
  {
    name: 'single bytes',
    answer: endless(CHUNKED, Buffer.from('1\r\n:\r\n'.repeat(5000))),
    why: /^PLACE_PIECES|^CID_FORM/,
    bytes: READ,
  },
  {
    name: 'a true beginning in single bytes without end',
    answer: endless(
      Buffer.concat([
        Buffer.from(`${CHUNKED}${(59).toString(16)}\r\n`),
        built.package.slice(0, 59),
        Buffer.from('\r\n3\r\n'),
        Uint8Array.of(0xa4, 0x80, 0x40),
        Buffer.from('\r\n'),
      ]),
      Buffer.from('1\r\n:\r\n'.repeat(5000)),
    ),
    why: /^PLACE_PIECES/,
    bytes: 128 * KB,
  },
  {
    name: 'an extension of a chunk without end',
    answer: endless(`${CHUNKED}1;x=`, Buffer.alloc(READ, 'a')),
    why: /^(HPE_|ECONNRESET: aborted)/,
    bytes: 0,
  },
  {
    name: 'trailers without end',
    answer: endless(`${CHUNKED}1\r\n:\r\n0\r\n`, Buffer.from(`x-more: ${'a'.repeat(1000)}\r\n`.repeat(60))),
    why: /^(HPE_|ECONNRESET: aborted)/,
    bytes: 1,
  },
  { name: 'nothing, for ever', answer: () => {}, why: /^PLACE_SLOW: is not done within 3 s/, bytes: 0 },
  {
    name: 'a byte now and then',
    answer: (socket) => {
      socket.write(OK);
      let at = 0;
      const drip = setInterval(() => socket.write(built.package.subarray(at, ++at)), 20);
      socket.on('close', () => clearInterval(drip));
    },
    why: /^PLACE_SLOW/,
    bytes: 400,
  },
];

describe('a place that gives', () => {
  it.each(HOSTILE)('$name is passed over', async ({ answer, why, bytes }) => {
    const source = new PackageSource(OPTIONS, null);
    const hostile = await serving(answer);
    const signal = new AbortController().signal;
    const startMs = performance.now();
    const alone = await source.fetch(wanted, [hostile.place], signal);
    expect(performance.now() - startMs).toBeLessThan(OPTIONS.placeMs + 1_000);
    if (alone.kind !== 'unavailable') throw new Error(`${alone.kind} from a hostile place`);
    expect(alone.tried).toEqual([
      {
        place: expect.stringContaining(`:${hostile.port}/ipfs/${built.cid}`),
        why: expect.stringMatching(why),
        bytes: expect.any(Number),
        isDenial: expect.any(Boolean),
      },
    ]);
    expect(alone.tried[0]!.bytes).toBeLessThanOrEqual(bytes);
    const honest = await serving(giving(built.package));
    const fetched = await source.fetch(wanted, [hostile.place, honest.place], signal);
    expect(fetched).toEqual({
      kind: 'package',
      bytes: built.package,
      from: `http://127.0.0.1:${honest.port}/ipfs/${built.cid}?format=car`,
    });
  });
});

describe('bytes that hash to the CID and are no package', () => {
  it('are the claimant’s fault, and nobody else is asked', async () => {
    const longer = withBlock(blocks, 0, Uint8Array.from([0xbf, ...blocks[0]!.bytes.slice(1), 0xff]));
    const cid = Cid.decode(longer[0]!.cid);
    const lied = await serving(giving(sealed(longer)));
    const unasked = await serving(giving(built.package));
    const fetched = await new PackageSource(OPTIONS, null).fetch(
      { kind: 'package', cid },
      [lied.place, unasked.place],
      new AbortController().signal,
    );
    expect(fetched).toMatchObject({ kind: 'malformed', error: { code: 'CBOR_NOT_CANONICAL' } });
    expect(unasked.asked).toEqual([]);
  });

  it('are found behind a gateway that lies', async () => {
    const forged = withBlock(blocks, 6, blocks[6]!.bytes.with(10, 0xff));
    const cid = Cid.decode(forged[0]!.cid);
    const liar = await serving(giving(built.package));
    const claimant = await serving(giving(sealed(forged)));
    const fetched = await new PackageSource(OPTIONS, null).fetch(
      { kind: 'package', cid },
      [liar.place, claimant.place],
      new AbortController().signal,
    );
    expect(fetched).toMatchObject({ kind: 'malformed', error: { code: 'MINER_SUMS' } });
  });
});
