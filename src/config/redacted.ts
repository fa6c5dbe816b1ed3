/** What may be shown of a configuration: no password, no token, no URL with its credentials; bytes as hex. */
import type { NodeEndpoint } from '../bitcoind/index.js';
import { toDisplayHex, toHex } from '../lib/index.js';
import type { Config } from './config.js';
import type { Setting } from './schema.js';

export const HIDDEN = '(hidden)';

/** Up to the last @ before the path, because a password may contain one that was not percent-encoded. */
function withoutUserinfo(urls: string): string {
  return urls.replace(/:\/\/[^/,]*@/g, `://${HIDDEN}@`);
}

/** The text of one setting. */
export function hidden(setting: Setting, text: string): string {
  if (setting.secret === 'whole') return HIDDEN;
  return setting.secret === 'userinfo' ? withoutUserinfo(text) : text;
}

function shownNode({ url, auth, zmqHashBlock }: NodeEndpoint): object {
  return { url, auth: 'cookieFile' in auth ? auth : { user: auth.user, password: HIDDEN }, zmqHashBlock };
}

/** Plain JSON for a log line; key names are those of `Config`. */
export function redacted(config: Config): Readonly<Record<string, unknown>> {
  const { bitcoin, http, pool, claims } = config;
  const { checkpoint } = bitcoin;
  return {
    ...config,
    bitcoin: {
      ...bitcoin,
      nodes: bitcoin.nodes.map(shownNode),
      checkpoint: checkpoint === null ? null : `${checkpoint.height}:${toDisplayHex(checkpoint.hash)}`,
    },
    claims: { gateways: claims.gateways.map(withoutUserinfo) },
    http: { ...http, token: http.token === null ? null : HIDDEN },
    pool:
      pool.mode === 'solo'
        ? pool
        : {
            ...pool,
            taskId: pool.taskId && toHex(pool.taskId),
            nodeKey: pool.nodeKey && toHex(pool.nodeKey),
            ...(pool.roundsFrom === 'clock' ? { seed: toHex(pool.seed) } : {}),
          },
  };
}
