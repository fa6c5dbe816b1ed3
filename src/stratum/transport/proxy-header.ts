/**
 * The PROXY protocol's header, versions 1 (text) and 2 (binary), as HAProxy's `proxy-protocol.txt` (2020-03-05)
 * defines them: who a proxy's connection really comes from. Pure; bytes in as they came, so the caller can ask again
 * with more. At most 107 bytes in version 1, and 536 here in version 2: no address needs more, and a larger header
 * carries what nobody asked for.
 */
import { isIP } from 'node:net';

export type ProxyHeader =
  /** These bytes are no such header. */
  | { readonly kind: 'none' }
  /** They may become one. */
  | { readonly kind: 'more' }
  | { readonly kind: 'malformed'; readonly why: string }
  /** `source` is null where the proxy speaks for itself (LOCAL) or does not know. The rest begins at `length`. */
  | { readonly kind: 'header'; readonly length: number; readonly source: string | null };

export const LONGEST_HEADER = 536;
const LONGEST_TEXT = 107;

const SIGNATURE = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a];
const TEXT = [0x50, 0x52, 0x4f, 0x58, 0x59, 0x20];
const FIXED_BYTES = 16;
/** Unix sockets and datagrams; the specification wants what is above refused. */
const LAST_FAMILY = 3;
const LAST_TRANSPORT = 2;
const LF = 0x0a;
const CR = 0x0d;

export function readProxyHeader(bytes: Uint8Array): ProxyHeader {
  if (startsLike(bytes, SIGNATURE)) return bytes.length < SIGNATURE.length ? MORE : readBinary(bytes);
  if (startsLike(bytes, TEXT)) return bytes.length < TEXT.length ? MORE : readText(bytes);
  return { kind: 'none' };
}

/** Whether a line, of which `start` is the first eight characters, was one: behind version 2's empty lines is a zero. */
export function isProxyLine(start: string): boolean {
  return start.startsWith('PROXY ') || start === '\0';
}

const MORE: ProxyHeader = { kind: 'more' };

function malformed(why: string): ProxyHeader {
  return { kind: 'malformed', why };
}

/** As far as there are bytes; none at all are like everything. */
function startsLike(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, i) => i >= bytes.length || bytes[i] === byte);
}

function readText(bytes: Uint8Array): ProxyHeader {
  const end = bytes.indexOf(LF);
  if (end < 0) return bytes.length < LONGEST_TEXT ? MORE : malformed('the line does not end');
  if (end + 1 > LONGEST_TEXT || bytes[end - 1] !== CR)
    return malformed('the line is too long or ends wrongly');
  const [, family, source, destination, sourcePort, destinationPort, ...more] = String.fromCharCode(
    ...bytes.subarray(0, end - 1),
  ).split(' ');
  const length = end + 1;
  if (family === 'UNKNOWN') return { kind: 'header', length, source: null };
  const version = family === 'TCP4' ? 4 : family === 'TCP6' ? 6 : null;
  if (version === null) return malformed('the protocol is neither TCP4, TCP6 nor UNKNOWN');
  const isWhole =
    more.length === 0 &&
    isAddress(source ?? '', version) &&
    isAddress(destination ?? '', version) &&
    isPort(sourcePort ?? '') &&
    isPort(destinationPort ?? '');
  return isWhole ? { kind: 'header', length, source: source! } : malformed('an address or port is none');
}

function readBinary(bytes: Uint8Array): ProxyHeader {
  if (bytes.length < FIXED_BYTES) return MORE;
  const version = bytes[12]! >> 4;
  const command = bytes[12]! & 0x0f;
  const family = bytes[13]!;
  const length = FIXED_BYTES + ((bytes[14]! << 8) | bytes[15]!);
  if (version !== 2 || command > 1) return malformed('the version or command is unknown');
  if (length > LONGEST_HEADER) return malformed(`the header has more than ${LONGEST_HEADER} bytes`);
  if (bytes.length < length) return MORE;
  const size = length - FIXED_BYTES;
  // LOCAL (0): the proxy's own connection, a health check say; the family is to be ignored.
  if (command === 0) return { kind: 'header', length, source: null };
  if (family >> 4 > LAST_FAMILY || (family & 0x0f) > LAST_TRANSPORT)
    return malformed('the address family or transport is unknown');
  if (family === 0x11) {
    if (size < 12) return malformed('the addresses are cut short');
    return { kind: 'header', length, source: bytes.subarray(16, 20).join('.') };
  }
  if (family === 0x21) {
    if (size < 36) return malformed('the addresses are cut short');
    return { kind: 'header', length, source: ipv6Text(bytes.subarray(16, 32)) };
  }
  // UDP, a unix socket or unspecified: no address for us.
  return { kind: 'header', length, source: null };
}

function ipv6Text(bytes: Uint8Array): string {
  const groups: string[] = [];
  for (let i = 0; i < 16; i += 2) groups.push(((bytes[i]! << 8) | bytes[i + 1]!).toString(16));
  return groups.join(':');
}

/** Zones (`%eth0`) are another machine's words. */
function isAddress(text: string, version: 4 | 6): boolean {
  return isIP(text) === version && !text.includes('%');
}

function isPort(text: string): boolean {
  return /^(?:0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 0xffff;
}
