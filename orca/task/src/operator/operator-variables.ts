/**
 * What the operator fills in before the task may run (config-task.yml lists it), read without ever throwing: what cannot
 * be used is a problem that the operator is told, and the task goes on without it. A value may hold a password, so no
 * message repeats one.
 */

/** What is not as it should be, for the operator. */
export interface Attention {
  readonly what: string;
  readonly whatToDo: string;
}

export interface OperatorVariables {
  /** As the pod reaches it; null for none. */
  readonly bitcoinRpcUrl: string | null;
  /** By the operator's own word. */
  readonly isWithoutChain: boolean;
  /** Where miners of the local network connect; null for nowhere. The pod's own port is the next one. */
  readonly stratumPort: number | null;
  readonly problems: readonly Attention[];
}

/** Of a Koii node itself, on the host. */
const TAKEN_PORTS = [3003, 3333, 30017, 30018];
/** A pod without privileges can publish none below, and two are needed. */
const PORTS = { least: 1024, most: 65_534 };
/** For who wrote `none`: his own choice, so it stands on `/status` and is no notification. */
export const WITHOUT_CHAIN: Attention = {
  what: 'POOL_BITCOIN_RPC_URL is none: this node submits each round that it was idle, audits what needs no chain, and turns miners away at their login',
  whatToDo:
    'To have miners: install Bitcoin Core 23 or newer, on this machine or another of your network, with server=1 and an rpcauth line; let it load the chain (it may prune it); write http://user:password@host:port of it into POOL_BITCOIN_RPC_URL, and start the task again.',
};

const OWN_MACHINE = ['localhost', '127.0.0.1', '[::1]', '0.0.0.0'];

/** `hostOfPod`: by which name the pod reaches this machine. */
export function readVariables(
  env: Readonly<Record<string, string | undefined>>,
  hostOfPod: string,
): OperatorVariables {
  const problems: Attention[] = [];
  const used = <Value>(read: Value | Attention | null): Value | null => {
    if (typeof read !== 'object' || read === null) return read;
    problems.push(read as Attention);
    return null;
  };
  const read = rpcUrl(env.POOL_BITCOIN_RPC_URL?.trim() ?? '', hostOfPod);
  const bitcoinRpcUrl = used(read);
  const stratumPort = used(port(env.POOL_STRATUM_PORT?.trim() ?? ''));
  return { bitcoinRpcUrl, isWithoutChain: read === null, stratumPort, problems };
}

function rpcUrl(text: string, hostOfPod: string): string | Attention | null {
  if (text.toLowerCase() === 'none') return null;
  const wrong = (what: string): Attention => ({
    what: `POOL_BITCOIN_RPC_URL ${what}, so the pool runs as if it were none`,
    whatToDo:
      'Write it as http://user:password@host:port, with what rpcauth and rpcport of your Bitcoin Core say (@, # and / in a password as %40, %23 and %2F; the port is 8332 where bitcoin.conf names none), or the word none; then start the task again.',
  });
  if (text === '') return wrong('is not set');
  const url = parsed(text);
  if (url === null) return wrong('is no URL');
  if (!['http:', 'https:'].includes(url.protocol) || url.hostname === '') return wrong('is no http:// URL');
  if (url.username === '' || url.password === '') return wrong('has no user and password');
  // The default of the scheme, which WHATWG's URL takes away.
  if (url.port === '' && !/:(80|443)(\/|$)/.test(text)) return wrong('names no port');
  if (OWN_MACHINE.includes(url.hostname)) url.hostname = hostOfPod;
  // The pool takes a list of them.
  return url.href.replaceAll(',', '%2C');
}

/** Koii's Node is 18.12, which has no `URL.canParse`. */
function parsed(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

function port(text: string): number | Attention | null {
  if (text.toLowerCase() === 'none') return null;
  const wrong = (what: string): Attention => ({
    what: `POOL_STRATUM_PORT ${what}, so no miner can connect`,
    whatToDo: `Write a number from ${PORTS.least} to ${PORTS.most} that nothing else on this machine listens on, and whose next one is free as well, such as 34255; or the word none. Then start the task again.`,
  });
  if (text === '') return wrong('is not set');
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= PORTS.least && value <= PORTS.most)) return wrong('is no such number');
  const taken = [value, value + 1].find((each) => TAKEN_PORTS.includes(each));
  return taken === undefined ? value : wrong(`needs ${taken}, which the Koii node has`);
}
