/** From settings that agree to the configuration the roles use: units converted, the modes told apart. */
import { resolve } from 'node:path';
import type { NodeEndpoint } from '../bitcoind/index.js';
import type { Config } from './config.js';
import type { Settings } from './schema.js';

/** `~/` is the home folder where there is one. */
function atHome(path: string, home: string | undefined): string {
  return home !== undefined && path.startsWith('~/') ? `${home}/${path.slice(2)}` : path;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a lone % is part of the password
  }
}

function nodes(bitcoin: Settings['bitcoin'], home: string | undefined): NodeEndpoint[] {
  return bitcoin.rpcUrl.map((given, index) => {
    const url = new URL(given);
    const { username, password } = url;
    url.username = '';
    url.password = '';
    const cookieFile = bitcoin.cookieFile[index] ?? bitcoin.cookieFile[0]!;
    const auth =
      username !== ''
        ? { user: decoded(username), password: decoded(password) }
        : bitcoin.rpcUser !== null && bitcoin.rpcPassword !== null
          ? { user: bitcoin.rpcUser, password: bitcoin.rpcPassword }
          : { cookieFile: atHome(cookieFile, home) };
    return { url: url.href, auth, zmqHashBlock: bitcoin.zmqHashBlock?.[index] ?? null };
  });
}

function poolOrSolo(pool: Settings['pool']): Config['pool'] {
  const { mode, tag, reserveAddress, taskId, nodeKey, seed } = pool;
  if (mode === 'solo') return { mode, tag };
  const { roundsFrom } = pool;
  if (roundsFrom === 'task') return { mode, roundsFrom, tag, reserveAddress, taskId, nodeKey };
  if (reserveAddress === null || taskId === null || nodeKey === null) {
    throw new Error('settle() was called on settings that do not agree');
  }
  const rounds = { genesisMs: pool.roundGenesis, roundMs: pool.roundSeconds * 1000 };
  return { mode, roundsFrom, tag, reserveAddress, taskId, nodeKey, seed, rounds };
}

/** The settings must have no disagreements. */
export function settle(settings: Settings, home: string | undefined): Config {
  const { network, datadir, bitcoin, stratum, http, pool, shares, claims, log } = settings;
  const {
    shareIntervalSeconds,
    banSeconds,
    loginSeconds,
    silenceSeconds,
    pendingMebibytes,
    unlimitedAddresses,
    highPort,
    highDifficulty,
    highMinDifficulty,
    tlsCertificate,
    tlsKey,
    trustedProxies,
    ...listening
  } = stratum;
  return {
    network,
    // Absolute: below a working directory that is deleted, Node 20 makes folders for ever, and hears no signal.
    datadir: resolve(atHome(datadir, home)),
    bitcoin: {
      nodes: nodes(bitcoin, home),
      pollMs: bitcoin.pollMs,
      refreshMs: bitcoin.refreshSeconds * 1000,
      emptyFirst: bitcoin.emptyFirst,
      checkpoint: bitcoin.checkpoint,
    },
    stratum: {
      ...listening,
      shareIntervalMs: shareIntervalSeconds * 1000,
      longestBanMs: banSeconds * 1000,
      loginMs: loginSeconds * 1000,
      silenceMs: silenceSeconds * 1000,
      pendingBytes: pendingMebibytes * 2 ** 20,
      unlimitedAddresses: unlimitedAddresses ?? [],
      high:
        highPort === null
          ? null
          : {
              port: highPort,
              startDifficulty: highDifficulty,
              minDifficulty: highMinDifficulty ?? highDifficulty,
            },
      tls:
        tlsCertificate === null || tlsKey === null
          ? null
          : { certificate: atHome(tlsCertificate, home), key: atHome(tlsKey, home) },
      trustedProxies: trustedProxies ?? [],
    },
    http,
    pool: poolOrSolo(pool),
    shares,
    claims: { gateways: claims.gateways ?? [] },
    log,
  };
}
