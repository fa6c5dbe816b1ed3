/**
 * What is no line of JSON: PROXY headers of both versions, right and wrong, the beginning of a TLS handshake, HTTP,
 * BTCAgent's binary messages, any bytes at all; and what is nearly a line, because something has been done to it.
 */
import fc from 'fast-check';

type Text = fc.Arbitrary<string>;

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

const anyBytes: Text = fc.uint8Array({ maxLength: 300 }).map(latin1);

/** Bytes that mean something to the one or the other reader, in any order. */
const meaningfulBytes: Text = fc
  .array(
    fc.constantFrom('\n', '\r', '\0', '\x16', '\x7f', '{', '}', '[', '"', '\\', ':', ',', ' ', 'PROXY '),
    {
      maxLength: 40,
    },
  )
  .map((parts) => parts.join(''));

const proxyText: Text = fc
  .tuple(
    fc.constantFrom('PROXY ', 'PROXY  ', 'PROX', 'proxy ', ''),
    fc.constantFrom('TCP4', 'TCP6', 'UNKNOWN', 'UDP4', ''),
    fc.array(
      fc.constantFrom(
        ...[
          '1.2.3.4',
          '127.0.0.1',
          '255.255.255.255',
          '256.1.1.1',
          '::1',
          'fe80::1%lo',
          '::ffff:1.2.3.4',
          '',
        ],
        ...['0', '65535', '65536', '-1', '9'.repeat(80)],
      ),
      { maxLength: 5 },
    ),
    fc.constantFrom('\r\n', '\n', '\r', ''),
  )
  .map(([head, family, rest, end]) => `${head}${[family, ...rest].join(' ')}${end}`);

export const RIGHT_HEADERS: readonly string[] = [
  'PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n',
  'PROXY TCP6 2001:db8::1 2001:db8::2 1 2\r\n',
  'PROXY UNKNOWN\r\n',
];

const proxyTextRight: Text = fc.constantFrom(...RIGHT_HEADERS);

const SIGNATURE = '\r\n\r\n\0\r\nQUIT\n';

/** `said`: the length it gives; its own, or a lie. */
const proxyBinary: Text = fc
  .tuple(
    fc.constantFrom(0x21, 0x20, 0x11, 0x2f),
    fc.constantFrom(0x11, 0x21, 0x00, 0x12, 0x31, 0xff),
    fc.uint8Array({ maxLength: 60 }),
    fc.option(fc.constantFrom(0, 11, 12, 35, 36, 520, 521, 65_535)),
  )
  .map(([command, family, body, said]) => {
    const length = said ?? body.length;
    return SIGNATURE + latin1(Uint8Array.of(command, family, length >> 8, length & 0xff, ...body));
  });

/** The head of a ClientHello and whatever follows. */
const tls: Text = fc
  .tuple(fc.constantFrom('\x16\x03\x01', '\x16\x03\x03', '\x16', '\x16\x00\x00', '\x15\x03\x01'), anyBytes)
  .map(([head, rest]) => head + rest);

const http: Text = fc.constantFrom(
  'GET / HTTP/1.1\r\nHost: pool\r\n\r\n',
  'POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'CONNECT pool:3333 HTTP/1.0\r\n\r\n',
);

const binaryAgent: Text = fc.constantFrom('\x7f\x01\x08\x00', '\x7f', '\x7f'.repeat(2_000));

/** Longer than any line may be, with an end or without. */
const giant: Text = fc
  .tuple(
    fc.constantFrom('x', ' ', '[', '{"a":', '"', '\0'),
    fc.constantFrom(1_024, 1_025, 8_192, 8_193, 70_000),
  )
  .map(([character, length]) => character.repeat(Math.ceil(length / character.length)).slice(0, length));

export const noLine: Text = fc.oneof(
  { weight: 3, arbitrary: anyBytes },
  { weight: 3, arbitrary: meaningfulBytes },
  { weight: 1, arbitrary: http },
  { weight: 1, arbitrary: tls },
  { weight: 1, arbitrary: binaryAgent },
  { weight: 1, arbitrary: giant },
);

export const firstBytes: Text = fc.oneof(
  { weight: 3, arbitrary: proxyTextRight },
  { weight: 2, arbitrary: proxyText },
  { weight: 3, arbitrary: proxyBinary },
  { weight: 2, arbitrary: tls },
  { weight: 1, arbitrary: http },
);

const TOKENS = [
  ...['"', '\\', '\n', '\r\n', '\0', '{', '}', '[', ']', ',', ':', ' ', 'null', '1e999', '-', '0', '\\u0122'],
  ...['__proto__', '\xff', '<job>', '<user>', '"id":', 'mining.'],
];

const mutation = fc.tuple(
  fc.constantFrom('cut', 'double', 'flip', 'insert', 'replace'),
  fc.nat(2_000),
  fc.integer({ min: 1, max: 20 }),
  fc.constantFrom(...TOKENS),
);

/** One of `lines` with a few things done to it at any place. */
export function mutated(lines: Text): Text {
  return fc.tuple(lines, fc.array(mutation, { minLength: 1, maxLength: 4 })).map(([line, mutations]) => {
    let text = line;
    for (const [kind, place, length, token] of mutations) {
      const at = place % (text.length + 1);
      const [before, part, after] = [text.slice(0, at), text.slice(at, at + length), text.slice(at + length)];
      if (kind === 'cut') text = before + after;
      else if (kind === 'double') text = before + part + part + after;
      else if (kind === 'insert') text = before + token + part + after;
      else if (kind === 'replace') text = before + token + after;
      else
        text =
          before +
          String.fromCharCode((part.charCodeAt(0) || 0) ^ (1 << (length % 8))) +
          part.slice(1) +
          after;
    }
    return text.replace(/[^\0-\xff]/g, '?');
  });
}
