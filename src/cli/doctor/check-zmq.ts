/**
 * The ZMQ address of a bitcoind, by connecting: a ZMQ socket begins with ff, whoever speaks first (ZMTP 3.1, greeting).
 * Never a failure, since long-poll and polling see new blocks without it, later.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { errorCode, errorMessage } from '../../lib/index.js';
import { type Finding, ok, warn } from './finding.js';

const SIGNATURE = 0xff;

/** What is wrong with it; null for nothing. */
async function problemOf(address: string, patienceMs: number): Promise<string | null> {
  const { hostname, port } = new URL(address);
  const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) });
  const signal = AbortSignal.timeout(patienceMs);
  try {
    await once(socket, 'connect', { signal });
    const [bytes] = (await once(socket, 'data', { signal })) as [Uint8Array];
    return bytes[0] === SIGNATURE ? null : 'is something else than ZMQ';
  } catch (error) {
    if (!signal.aborted) return `cannot be reached (${errorCode(error) ?? errorMessage(error)})`;
    return `does not answer within ${patienceMs} ms`;
  } finally {
    socket.destroy();
  }
}

/** `address`: tcp://host:port. */
export async function checkZmq(address: string, patienceMs: number): Promise<Finding> {
  const about = 'zmq';
  const problem = await problemOf(address, patienceMs);
  if (problem === null) return ok(about, `${address} answers`);
  const todo =
    'set zmqpubhashblock of bitcoind and bitcoin.zmqHashBlock alike; until then new blocks are seen later, by ' +
    'long-poll and polling';
  return warn(about, `${address} ${problem}`, todo);
}
