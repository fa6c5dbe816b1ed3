/**
 * The binary messages of BTC.com's farm agent, which go between lines of Stratum V1 on one connection, as btcpool's
 * docs/AGENT.md and StratumMessageDispatcher.cc and BTCAgent's ExMessage.go have them: the byte 7f, a command, the length
 * of the whole (16 bits), and a body; integers are little-endian. Each character here is one byte (Latin-1), as in lines.
 */
export const FRAME_BYTE = 0x7f;
const HEAD = '\x7f';
export const HEAD_BYTES = 4;

const REGISTER = 0x01;
const SUBMIT = 0x02;
const SUBMIT_TIME = 0x03;
const UNREGISTER = 0x04;
const SET_DIFFICULTY = 0x05;
const SUBMIT_RESPONSE = 0x10;
const SUBMIT_VERSION = 0x12;
const SUBMIT_TIME_VERSION = 0x13;

const SHORTEST_REGISTER = 8;
const UNREGISTER_BYTES = 6;
const SUBMIT_BYTES = 15;
/** Of its 65,535 bytes seven are no machines. */
const MOST_MACHINES = 32_764;

export interface Submit {
  readonly kind: 'submit';
  readonly machine: number;
  /** The short one of the notify. */
  readonly job: number;
  /** The machine's own 4 bytes. */
  readonly extranonce2: number;
  readonly nonce: number;
  /** Null for the job's. */
  readonly time: number | null;
  /** Null for the job's version as it is. */
  readonly versionBits: number | null;
}

/** `machine`: what the agent calls its session id, 16 bits. */
export type Frame =
  | { readonly kind: 'register'; readonly machine: number; readonly worker: string }
  | { readonly kind: 'unregister'; readonly machine: number }
  | Submit;

/** Of the frame that begins at `at`; null while its head has not come. */
export function frameLength(bytes: Uint8Array, at: number): number | null {
  return bytes.length - at < HEAD_BYTES ? null : bytes[at + 2]! | (bytes[at + 3]! << 8);
}

/** The machine's work, and no more about the machine. `command`: the frame's second byte. */
export function isShareCommand(command: number | undefined): boolean {
  return (
    command === SUBMIT ||
    command === SUBMIT_TIME ||
    command === SUBMIT_VERSION ||
    command === SUBMIT_TIME_VERSION
  );
}

/** Of one whole frame. Null for a command that is not known and a body that is not its command's: btcpool ignores these. */
export function parseFrame(text: string): Frame | null {
  switch (text.charCodeAt(1)) {
    case REGISTER:
      return parseRegister(text);
    case UNREGISTER:
      return text.length === UNREGISTER_BYTES ? { kind: 'unregister', machine: uint16(text, 4) } : null;
    case SUBMIT:
      return parseSubmit(text, false, false);
    case SUBMIT_TIME:
      return parseSubmit(text, true, false);
    case SUBMIT_VERSION:
      return parseSubmit(text, false, true);
    case SUBMIT_TIME_VERSION:
      return parseSubmit(text, true, true);
    default:
      return null;
  }
}

/**
 * Two strings, each ended by a NUL: the machine's user agent and its worker name. The last byte may be anything. btcpool
 * ignores one of more than 100 bytes, which a machine's user agent can fill.
 */
function parseRegister(text: string): Frame | null {
  if (text.length < SHORTEST_REGISTER) return null;
  const [, worker = ''] = text.slice(6, -1).split('\0', 2);
  return { kind: 'register', machine: uint16(text, 4), worker };
}

function parseSubmit(text: string, hasTime: boolean, hasVersion: boolean): Submit | null {
  const length = SUBMIT_BYTES + (hasTime ? 4 : 0) + (hasVersion ? 4 : 0);
  if (text.length !== length) return null;
  const time = hasTime ? uint32(text, 15) : 0;
  const versionBits = hasVersion ? uint32(text, length - 4) : 0;
  return {
    kind: 'submit',
    job: text.charCodeAt(4),
    machine: uint16(text, 5),
    extranonce2: uint32(text, 7),
    nonce: uint32(text, 11),
    time: time === 0 ? null : time,
    versionBits: versionBits === 0 ? null : versionBits,
  };
}

/**
 * The difficulty of these machines is 2^`exponent` from the next notify on. Several frames where one does not hold all.
 * `machines`: their numbers of 16 bits, little-endian, one behind the other.
 */
export function setDifficultyFrames(exponent: number, machines: Buffer): string {
  let frames = '';
  for (let from = 0; from < machines.length; from += 2 * MOST_MACHINES) {
    const some = machines.toString('latin1', from, Math.min(machines.length, from + 2 * MOST_MACHINES));
    frames += frame(SET_DIFFICULTY, String.fromCharCode(exponent) + text16(some.length / 2) + some);
  }
  return frames;
}

/** `index`: how many shares the agent had submitted before on this connection, 16 bits of it. */
export function submitResponse(index: number, status: number): string {
  return frame(SUBMIT_RESPONSE, text16(index) + text16(status & 0xffff) + text16(status >>> 16));
}

function frame(command: number, body: string): string {
  return HEAD + String.fromCharCode(command) + text16(HEAD_BYTES + body.length) + body;
}

function uint16(text: string, at: number): number {
  return text.charCodeAt(at) | (text.charCodeAt(at + 1) << 8);
}

function uint32(text: string, at: number): number {
  return (uint16(text, at) | (uint16(text, at + 2) << 16)) >>> 0;
}

function text16(value: number): string {
  return String.fromCharCode(value & 0xff, (value >>> 8) & 0xff);
}
