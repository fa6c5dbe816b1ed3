/**
 * What a setting's text may say. Every layer of the configuration (YAML, environment, flags) is text until it
 * gets here, so `8080` means the same wherever it is written; YAML lists arrive joined by commas. A kind gives
 * the phrase that completes "expected …" and a parser that returns undefined for anything else.
 */
import { isIP } from 'node:net';
import { base58 } from '@scure/base';
import { type Checkpoint, MINING_VERSION_BITS } from '../bitcoin/index.js';
import { fromDisplayHex, fromHex } from '../lib/index.js';

export interface Kind<Value> {
  readonly expects: string;
  readonly list: boolean;
  parse(text: string): Value | undefined;
}

function kind<Value>(expects: string, parse: (text: string) => Value | undefined): Kind<Value> {
  return { expects, list: false, parse };
}

/** Comma-separated in the environment and in flags, a list in YAML; at least one item. */
export function listOf<Value>(items: string, item: Kind<Value>): Kind<readonly Value[]> {
  return {
    expects: items,
    list: true,
    parse(text) {
      const values: Value[] = [];
      for (const part of text.split(',')) {
        const value = item.parse(part.trim());
        if (value === undefined) return undefined;
        values.push(value);
      }
      return values;
    },
  };
}

/** The word `none` stands for an empty list. */
export function listOrNone<Value>(items: string, item: Kind<Value>): Kind<readonly Value[]> {
  const list = listOf(items, item);
  return { ...list, parse: (text) => (text === 'none' ? [] : list.parse(text)) };
}

export function choice<const Name extends string>(...names: readonly Name[]): Kind<Name> {
  return kind(`one of ${names.join(', ')}`, (text) => names.find((name) => name === text));
}

export function wholeNumber(least: number, most: number, note = ''): Kind<number> {
  return kind(`a whole number from ${least} to ${most}${note}`, (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    return value >= least && value <= most ? value : undefined;
  });
}

/** A decimal number, exponents allowed. */
export function decimal(least: number, most: number): Kind<number> {
  return kind(`a number from ${least} to ${most}`, (text) => {
    const value = /^(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
    return value >= least && value <= most ? value : undefined;
  });
}

export const port = wholeNumber(0, 65535, ' (0 takes any free port)');

export const yesNo = kind('true or false', (text) =>
  text === 'true' ? true : text === 'false' ? false : undefined,
);

export const anyText = kind('text', (text) => text);

export const host = kind('an IP address or host name, without a port', (text) =>
  /^[0-9a-z.:_-]+$/i.test(text) ? text : undefined,
);

export const ipAddress = kind('an IP address', (text) => (isIP(text) === 0 ? undefined : text));

/** An address, or a block of them in CIDR form. */
export const ipNetwork = kind('an IP address or a network such as 10.0.0.0/8', (text) => {
  const [address = '', prefix, ...more] = text.split('/');
  const bits = isIP(address) === 4 ? 32 : isIP(address) === 6 ? 128 : -1;
  if (bits < 0 || more.length > 0) return undefined;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits) ? text : undefined;
});

export const path = kind('a file path', (text) => (text.includes('\0') ? undefined : text));

function urlWith(protocols: readonly string[], text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return protocols.includes(url.protocol) && url.hostname !== '' ? url : undefined;
}

export const rpcUrl = kind('an http:// URL', (text) => urlWith(['http:', 'https:'], text));

/** As it is written, `{cid}` and all. */
export const gatewayUrl = kind('an http:// or https:// URL with {cid} in it', (text) =>
  text.includes('{cid}') && urlWith(['http:', 'https:'], text.replaceAll('{cid}', 'cid')) ? text : undefined,
);

/** Null where the text is `-`: this node publishes nothing. */
export const zmqAddress = kind('tcp://host:port, or - for none', (text) => {
  if (text === '-') return null;
  const url = urlWith(['tcp:'], text);
  return url !== undefined && url.port !== '' ? text : undefined;
});

/** Printable ASCII, as it goes into the coinbase. */
export function ascii(longest: number): Kind<string> {
  return kind(`at most ${longest} printable ASCII characters`, (text) =>
    text.length <= longest && /^[\x20-\x7e]*$/.test(text) ? text : undefined,
  );
}

/** The shape only; the network's own rules are the `bitcoin` room's. */
export const bitcoinAddress = kind('a Bitcoin address', (text) =>
  /^[0-9a-zA-Z]{14,90}$/.test(text) ? text : undefined,
);

/** 32 bytes in the order they are written. */
export const key32 = kind('32 bytes as 64 hex digits or in base58', (text) => {
  if (/^[0-9a-f]{64}$/i.test(text)) return fromHex(text);
  if (!/^[1-9A-HJ-NP-Za-km-z]{32,44}$/.test(text)) return undefined;
  const bytes = base58.decode(text);
  return bytes.length === 32 ? bytes : undefined;
});

export const hex32 = kind('64 hex digits', (text) =>
  /^[0-9a-f]{64}$/i.test(text) ? fromHex(text) : undefined,
);

/** As BIP310 writes it; with other bits than these a share is none of a claim (docs/claim-format.md, check 26). */
export const versionMask = kind('8 hex digits within 1fffe000', (text) => {
  const mask = /^[0-9a-f]{8}$/i.test(text) ? Number.parseInt(text, 16) : Number.NaN;
  return (mask & ~MINING_VERSION_BITS) === 0 && !Number.isNaN(mask) ? mask : undefined;
});

/** Written in display order. */
export const checkpoint = kind<Checkpoint>('height:hash, the hash as block explorers show it', (text) => {
  const match = /^(\d{1,9}):([0-9a-f]{64})$/i.exec(text);
  return match === null ? undefined : { height: Number(match[1]), hash: fromDisplayHex(match[2]!) };
});

/** Milliseconds since the Unix epoch. */
export const instant = kind(
  'an ISO 8601 time with its zone (2026-01-01T00:00:00Z) or milliseconds since 1970',
  (text) => {
    if (/^\d{1,15}$/.test(text)) return Number(text);
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)$/.test(text))
      return undefined;
    const ms = Date.parse(text);
    return Number.isNaN(ms) || ms < 0 ? undefined : ms;
  },
);
