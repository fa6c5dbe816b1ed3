/**
 * What a miner's owner may ask for in the password field, the one field that every firmware lets its owner edit:
 * `d=<difficulty>` (also `diff=`) fixes the connection's difficulty; `th=<terahashes a second>`, as P2Poolv2 reads it, is
 * a wish for the difficulty that fits; `sig=<text>` is written into the coinbase of the blocks it finds. Options stand
 * between commas or semicolons, the first two also behind a space, and among anything else ("x,d=1024"), because most
 * passwords are "x" or "123" and mean nothing. A wrong option is left out and complained of; it never keeps a miner
 * from mining.
 */
import { MAX_SIGNATURE_BYTES, signatureOf } from '../../mining/index.js';

export interface PasswordOptions {
  /** Above 0, as asked for: within the pool's bounds or not. */
  readonly difficulty: number | null;
  /** Hashes a second, above 0. */
  readonly hashrate: number | null;
  /** 1 to 20 bytes of printable ASCII. */
  readonly signature: Uint8Array | null;
  readonly complaints: readonly PasswordComplaint[];
}

/** `message` tells the miner's owner what to write instead. */
export interface PasswordComplaint {
  readonly code: 'PASSWORD_DIFFICULTY' | 'PASSWORD_HASHRATE' | 'PASSWORD_SIGNATURE' | 'PASSWORD_LENGTH';
  readonly message: string;
}

/** Of a longer password nothing counts. */
const MAX_PASSWORD = 256;
const ANY_OPTION = /(?:^|[,;\s])(?:d|diff|th|sig)\s*=/i;
const SEPARATOR = /[,;]|\s+(?=(?:d|diff|th)\s*=)/i;
const OPTION = /^\s*(d|diff|th|sig)\s*=(.*)$/is;
const DECIMAL = /^\d{0,15}(?:\.\d{0,15})?(?:e[+-]?\d{1,2})?$/i;
const TERA = 1e12;

/** `password`: whatever came as the second parameter of `mining.authorize`. Of several of one option the last counts. */
export function parsePassword(password: unknown): PasswordOptions {
  let difficulty: number | null = null;
  let hashrate: number | null = null;
  let signature: Uint8Array | null = null;
  const complaints: PasswordComplaint[] = [];
  const text = typeof password === 'string' ? password : '';
  const isLong = text.length > MAX_PASSWORD;
  if (isLong && ANY_OPTION.test(text)) complaints.push(TOO_LONG);
  for (const part of isLong ? [] : text.split(SEPARATOR)) {
    const [, name, value] = OPTION.exec(part) ?? [];
    if (name === undefined || value === undefined) continue;
    switch (name.toLowerCase()) {
      case 'sig': {
        const wanted = signatureOf(value.trim());
        if (wanted === null) complaints.push(BAD_SIGNATURE);
        else signature = wanted.length === 0 ? null : wanted;
        break;
      }
      case 'th': {
        const wanted = positive(value);
        if (wanted === null) complaints.push(BAD_HASHRATE);
        else hashrate = wanted * TERA;
        break;
      }
      default: {
        const wanted = positive(value);
        if (wanted === null) complaints.push(BAD_DIFFICULTY);
        else difficulty = wanted;
      }
    }
  }
  return { difficulty, hashrate, signature, complaints };
}

function positive(value: string): number | null {
  const wanted = DECIMAL.test(value.trim()) ? Number(value) : Number.NaN;
  return wanted > 0 && Number.isFinite(wanted) ? wanted : null;
}

const TOO_LONG: PasswordComplaint = {
  code: 'PASSWORD_LENGTH',
  message: `the password is left out: write at most ${MAX_PASSWORD} characters`,
};
const BAD_DIFFICULTY: PasswordComplaint = {
  code: 'PASSWORD_DIFFICULTY',
  message: 'd= in the password is left out: write a number above 0, as in d=1024',
};
const BAD_HASHRATE: PasswordComplaint = {
  code: 'PASSWORD_HASHRATE',
  message: 'th= in the password is left out: write the terahashes a second, as in th=1.2',
};
const BAD_SIGNATURE: PasswordComplaint = {
  code: 'PASSWORD_SIGNATURE',
  message:
    `sig= in the password is left out: write at most ${MAX_SIGNATURE_BYTES} characters, ` +
    'letters, digits, spaces and _.:/@#+*!?()[]~^=- only',
};
