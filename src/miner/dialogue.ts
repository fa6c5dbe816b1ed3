/**
 * The miner's half of one Stratum V1 connection as a state machine: lines in, outcomes out, no socket. It behaves as
 * common firmware does: configure (BIP310), subscribe and authorize are written back to back; `set_difficulty`
 * applies from the next notify; a version mask applies at once; an unanswered or refused configure means no version
 * rolling. What cannot be understood is an outcome too (`ignored`), and never fatal.
 */
import { MINING_VERSION_BITS } from '../bitcoin/index.js';
import { errorMessage, fromHex, toHex } from '../lib/index.js';
import { type Notify, parseNotify, parseUint32, uint32Hex } from './notify.js';

export interface DialogueOptions {
  readonly user: string;
  readonly password: string;
  readonly userAgent: string;
  readonly versionRolling: boolean;
}

export interface Job {
  readonly notify: Notify;
  readonly extranonce1: Uint8Array;
  /** Bytes, 2 to 8. */
  readonly extranonce2Size: number;
  readonly difficulty: number;
}

/** What a submit carries, in the job's terms. */
export interface Submission {
  readonly jobId: string;
  readonly extranonce2: Uint8Array;
  readonly time: number;
  readonly nonce: number;
  /** The whole version; the rolled bits are cut out of it. */
  readonly version: number;
}

export interface Rejection {
  /** As the pool numbered it (21 stale, 22 duplicate, 23 low difficulty, 24 unauthorized); null without a number. */
  readonly code: number | null;
  readonly reason: string;
}

export type Outcome =
  | { readonly kind: 'send'; readonly line: string }
  | { readonly kind: 'job'; readonly job: Job }
  | { readonly kind: 'difficulty'; readonly difficulty: number }
  | { readonly kind: 'mask'; readonly mask: number }
  | { readonly kind: 'authorized' }
  | { readonly kind: 'verdict'; readonly id: number; readonly rejection: Rejection | null }
  | { readonly kind: 'message'; readonly text: string }
  | {
      readonly kind: 'reconnect';
      readonly host: string | null;
      readonly port: number | null;
      readonly waitMs: number;
    }
  | { readonly kind: 'refused'; readonly step: 'subscribe' | 'authorize'; readonly reason: string }
  | { readonly kind: 'ignored'; readonly reason: string };

type Json = Record<string, unknown>;

const CONFIGURE = 1;
const SUBSCRIBE = 2;
const AUTHORIZE = 3;
const FIRST_SUBMIT = 4;

/** Array, object and string errors and ckpool's `reject-reason` are all in the field. */
export function rejectionOf(reply: Json): Rejection | null {
  const { error, result } = reply;
  if (Array.isArray(error)) {
    return { code: typeof error[0] === 'number' ? error[0] : null, reason: String(error[1]) };
  }
  if (typeof error === 'object' && error !== null) {
    const { code, message } = error as Json;
    return { code: typeof code === 'number' ? code : null, reason: String(message) };
  }
  if (typeof error === 'string') return { code: null, reason: error };
  if (result === true) return null;
  const reason = reply['reject-reason'];
  return { code: null, reason: typeof reason === 'string' ? reason : 'no reason given' };
}

export class Dialogue {
  private extranonce: { readonly one: Uint8Array; readonly twoSize: number } | null = null;
  private difficulty = 1;
  private mask = 0;
  private nextId = FIRST_SUBMIT;
  private readonly unanswered = new Set<number>();

  constructor(private readonly options: DialogueOptions) {}

  /** The lines that open the conversation. */
  open(): string[] {
    const { user, password, userAgent, versionRolling } = this.options;
    const configure = {
      id: CONFIGURE,
      method: 'mining.configure',
      params: [
        ['version-rolling'],
        { 'version-rolling.mask': uint32Hex(MINING_VERSION_BITS), 'version-rolling.min-bit-count': 2 },
      ],
    };
    const rest = [
      { id: SUBSCRIBE, method: 'mining.subscribe', params: [userAgent] },
      { id: AUTHORIZE, method: 'mining.authorize', params: [user, password] },
    ];
    return (versionRolling ? [configure, ...rest] : rest).map((message) => JSON.stringify(message));
  }

  submit(share: Submission): { readonly id: number; readonly line: string } {
    const id = this.nextId++;
    this.unanswered.add(id);
    const params = [
      this.options.user,
      share.jobId,
      toHex(share.extranonce2),
      uint32Hex(share.time),
      uint32Hex(share.nonce),
    ];
    if (this.mask !== 0) params.push(uint32Hex(share.version & this.mask));
    return { id, line: JSON.stringify({ id, method: 'mining.submit', params }) };
  }

  receive(line: string): Outcome[] {
    try {
      const message: unknown = JSON.parse(line);
      if (typeof message !== 'object' || message === null) return ignored('not a JSON object');
      const json = message as Json;
      return typeof json.method === 'string' ? this.called(json.method, json) : this.answered(json);
    } catch (error) {
      return ignored(errorMessage(error));
    }
  }

  private called(method: string, json: Json): Outcome[] {
    const params = Array.isArray(json.params) ? (json.params as unknown[]) : [];
    const reply = (result: string): Outcome[] => [
      { kind: 'send', line: JSON.stringify({ id: json.id ?? null, result, error: null }) },
    ];
    switch (method) {
      case 'mining.notify': {
        if (this.extranonce === null) return ignored('mining.notify came before the subscribe result');
        const { one, twoSize } = this.extranonce;
        const notify = parseNotify(params);
        const job = { notify, extranonce1: one, extranonce2Size: twoSize, difficulty: this.difficulty };
        return [{ kind: 'job', job }];
      }
      case 'mining.set_difficulty': {
        const difficulty = params[0];
        if (typeof difficulty !== 'number' || !Number.isFinite(difficulty) || difficulty <= 0) {
          return ignored('the difficulty is not a number above zero');
        }
        this.difficulty = difficulty;
        return [{ kind: 'difficulty', difficulty }];
      }
      case 'mining.set_version_mask':
        return this.options.versionRolling ? this.useMask(params[0]) : ignored('version rolling is off');
      case 'client.reconnect':
        return [reconnectOf(params)];
      case 'client.show_message':
        return [{ kind: 'message', text: String(params[0]) }];
      case 'client.get_version':
        return reply(this.options.userAgent);
      case 'mining.ping':
        return reply('pong');
      default:
        return ignored(`unknown method ${method}`);
    }
  }

  private answered(json: Json): Outcome[] {
    const { id, result } = json;
    if (id === CONFIGURE) {
      const settings = (typeof result === 'object' ? result : null) as Json | null;
      return settings?.['version-rolling'] === true ? this.useMask(settings['version-rolling.mask']) : [];
    }
    if (id === SUBSCRIBE) {
      const [, one, twoSize] = Array.isArray(result) ? (result as unknown[]) : [];
      if (typeof one !== 'string' || typeof twoSize !== 'number') {
        return [{ kind: 'refused', step: 'subscribe', reason: rejectionOf(json)?.reason ?? 'no extranonce' }];
      }
      if (!Number.isInteger(twoSize) || twoSize < 2 || twoSize > 8) {
        return [
          { kind: 'refused', step: 'subscribe', reason: `extranonce2 of ${twoSize} bytes, not 2 to 8` },
        ];
      }
      this.extranonce = { one: fromHex(one), twoSize };
      return [];
    }
    if (id === AUTHORIZE) {
      const rejection = rejectionOf(json);
      if (rejection === null) return [{ kind: 'authorized' }];
      return [{ kind: 'refused', step: 'authorize', reason: rejection.reason }];
    }
    if (typeof id === 'number' && this.unanswered.delete(id)) {
      return [{ kind: 'verdict', id, rejection: rejectionOf(json) }];
    }
    return ignored(`an answer to nothing that was asked (id ${JSON.stringify(id)})`);
  }

  private useMask(hex: unknown): Outcome[] {
    if (typeof hex !== 'string') return ignored('the version mask is not a string');
    this.mask = parseUint32(hex) & MINING_VERSION_BITS;
    return [{ kind: 'mask', mask: this.mask }];
  }
}

function ignored(reason: string): Outcome[] {
  return [{ kind: 'ignored', reason }];
}

/** `[host, port, wait in seconds]`, each optional; pools send the port as a number or a string. */
function reconnectOf(params: readonly unknown[]): Outcome {
  const [host, port, waitSeconds] = params;
  const number = Number(port ?? Number.NaN);
  return {
    kind: 'reconnect',
    host: typeof host === 'string' && host !== '' ? host : null,
    port: Number.isInteger(number) && number > 0 && number < 65_536 ? number : null,
    // At least 1 s, so that a pool that always says so is not dialled in a tight loop; at most 60 s.
    waitMs: typeof waitSeconds === 'number' ? Math.min(Math.max(waitSeconds, 1), 60) * 1000 : 1000,
  };
}
