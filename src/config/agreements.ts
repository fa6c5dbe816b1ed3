/**
 * What settings ask of each other. Each agreement looks only at settings that are right by themselves, so one
 * wrong value is told once and everything else is still checked.
 */
import { isIP } from 'node:net';
import { AddressError, decodeAddress, network } from '../bitcoin/index.js';
import type { PartialSettings } from './schema.js';

export interface Disagreement {
  readonly key: string;
  /** The settings it does not agree with. */
  readonly with: readonly string[];
  readonly message: string;
}

type Agreement = (settings: PartialSettings) => Disagreement | null;

function ordered(
  lower: 'minDifficulty' | 'startDifficulty',
  upper: 'startDifficulty' | 'maxDifficulty',
): Agreement {
  return ({ stratum }) => {
    const least = stratum?.[lower];
    const most = stratum?.[upper];
    if (least === undefined || most === undefined || least <= most) return null;
    return {
      key: `stratum.${upper}`,
      with: [`stratum.${lower}`],
      message: `${most} is below stratum.${lower}, ${least}`,
    };
  };
}

function neededInPoolMode(name: 'reserveAddress' | 'taskId' | 'nodeKey', what: string): Agreement {
  return ({ pool }) =>
    pool?.mode === 'pool' && pool.roundsFrom === 'clock' && pool[name] === null
      ? {
          key: `pool.${name}`,
          with: ['pool.mode'],
          message: `not set; with pool.mode pool, ${what} is needed`,
        }
      : null;
}

/** Or anybody could tell the pool where its blocks pay. */
const taskProvesItself: Agreement = ({ pool, http }) =>
  pool?.mode === 'pool' && pool.roundsFrom === 'task' && http?.token === null
    ? {
        key: 'http.token',
        with: ['pool.roundsFrom'],
        message: 'not set; with pool.roundsFrom task, the token by which the task is known is needed',
      }
    : null;

function perNode(name: 'cookieFile' | 'zmqHashBlock', orOne: boolean): Agreement {
  return ({ bitcoin }) => {
    const count = bitcoin?.[name]?.length;
    const nodes = bitcoin?.rpcUrl?.length;
    if (count === undefined || nodes === undefined || count === nodes || (orOne && count === 1)) return null;
    return {
      key: `bitcoin.${name}`,
      with: ['bitcoin.rpcUrl'],
      message: `${count} given for ${nodes} nodes; give one for each`,
    };
  };
}

/** Nobody can mine there; a task's node still has to say something each round. */
const noneInTask: Agreement = ({ bitcoin, pool }) =>
  bitcoin?.rpcUrl?.length === 0 && pool !== undefined && (pool.mode !== 'pool' || pool.roundsFrom !== 'task')
    ? {
        key: 'bitcoin.rpcUrl',
        with: ['pool.roundsFrom'],
        message: 'is none, which only a node with pool.roundsFrom task can do with; name a bitcoind',
      }
    : null;

/** The bitcoin room's refusal says what is wrong with the address. */
const reserveOnNetwork: Agreement = ({ network: name, pool }) => {
  if (name === undefined || typeof pool?.reserveAddress !== 'string') return null;
  try {
    decodeAddress(pool.reserveAddress, network(name));
    return null;
  } catch (error) {
    if (!(error instanceof AddressError)) throw error;
    return { key: 'pool.reserveAddress', with: ['network'], message: error.message };
  }
};

const bothOfTls: Agreement = ({ stratum }) => {
  const { tlsCertificate, tlsKey } = stratum ?? {};
  if (tlsCertificate === undefined || tlsKey === undefined) return null;
  if ((tlsCertificate === null) === (tlsKey === null)) return null;
  const [missing, given] = tlsKey === null ? ['tlsKey', 'tlsCertificate'] : ['tlsCertificate', 'tlsKey'];
  return {
    key: `stratum.${missing}`,
    with: [`stratum.${given}`],
    message: 'not set; TLS needs the certificate and its key',
  };
};

const highPortApart: Agreement = ({ stratum }) => {
  if (stratum?.highPort === null || stratum?.highPort === undefined || stratum.highPort === 0) return null;
  return stratum.highPort === stratum.port
    ? { key: 'stratum.highPort', with: ['stratum.port'], message: 'is stratum.port as well; choose another' }
    : null;
};

/** Whether an address takes another's ports too: `::` takes IPv4 as well, and a name may stand for any address. */
function covers(host: string, other: string): boolean {
  if (host === other) return true;
  if (host === 'localhost') return other === '127.0.0.1' || other === '::1';
  return isIP(host) === 6 ? /^[0:]+$/.test(host) : host === '0.0.0.0' && isIP(other) !== 6;
}

function httpApartFrom(name: 'port' | 'highPort'): Agreement {
  return ({ http, stratum }) => {
    const { port, host } = http ?? {};
    if (port === undefined || port === 0 || port !== stratum?.[name]) return null;
    if (host === undefined || stratum.host === undefined) return null;
    if (!covers(host, stratum.host) && !covers(stratum.host, host)) return null;
    return {
      key: 'http.port',
      with: [`stratum.${name}`],
      message: `${port} is stratum.${name} as well; choose another`,
    };
  };
}

const highWithinBounds: Agreement = ({ stratum }) => {
  const { highPort, highDifficulty, maxDifficulty } = stratum ?? {};
  if (highPort === null || highPort === undefined || !(Number(highDifficulty) > Number(maxDifficulty)))
    return null;
  return {
    key: 'stratum.highDifficulty',
    with: ['stratum.maxDifficulty'],
    message: `${highDifficulty} is above stratum.maxDifficulty, ${maxDifficulty}`,
  };
};

const highInOrder: Agreement = ({ stratum }) => {
  const { highMinDifficulty: least, highDifficulty: start } = stratum ?? {};
  if (typeof least !== 'number' || start === undefined || least <= start) return null;
  return {
    key: 'stratum.highDifficulty',
    with: ['stratum.highMinDifficulty'],
    message: `${start} is below stratum.highMinDifficulty, ${least}`,
  };
};

/** Late rounds are closed, and sampled ones proven, up to three rounds behind the present one; and a little. */
const ROUNDS_KEPT = 5;
const DAY_SECONDS = 86_400;

const sharesOutliveRounds: Agreement = ({ pool, shares }) => {
  if (pool?.mode !== 'pool' || pool.roundsFrom !== 'clock') return null;
  const { retentionDays } = shares ?? {};
  if (retentionDays === undefined || pool.roundSeconds === undefined) return null;
  const least = Math.ceil((ROUNDS_KEPT * pool.roundSeconds) / DAY_SECONDS);
  if (retentionDays >= least) return null;
  return {
    key: 'shares.retentionDays',
    with: ['pool.roundSeconds'],
    message: `${retentionDays} would remove shares before their round of ${pool.roundSeconds} s is claimed and proven; keep them for ${least} days`,
  };
};

const AGREEMENTS: readonly Agreement[] = [
  bothOfTls,
  highPortApart,
  httpApartFrom('port'),
  httpApartFrom('highPort'),
  highWithinBounds,
  highInOrder,
  ordered('minDifficulty', 'startDifficulty'),
  ordered('startDifficulty', 'maxDifficulty'),
  neededInPoolMode('reserveAddress', 'the address that blocks pay to'),
  neededInPoolMode('taskId', 'the Koii task id'),
  neededInPoolMode('nodeKey', "this node's public staking key"),
  taskProvesItself,
  noneInTask,
  reserveOnNetwork,
  sharesOutliveRounds,
  perNode('cookieFile', true),
  perNode('zmqHashBlock', false),
  ({ bitcoin }) =>
    typeof bitcoin?.rpcUser === 'string' && bitcoin.rpcPassword === null
      ? {
          key: 'bitcoin.rpcPassword',
          with: ['bitcoin.rpcUser'],
          message: 'not set, while bitcoin.rpcUser is',
        }
      : null,
  ({ bitcoin }) =>
    bitcoin?.rpcUser === null && typeof bitcoin.rpcPassword === 'string'
      ? {
          key: 'bitcoin.rpcUser',
          with: ['bitcoin.rpcPassword'],
          message: 'not set, while bitcoin.rpcPassword is',
        }
      : null,
];

export function disagreements(settings: PartialSettings): Disagreement[] {
  return AGREEMENTS.flatMap((agreement) => agreement(settings) ?? []);
}
