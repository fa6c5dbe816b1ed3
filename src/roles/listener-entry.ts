/**
 * The entry of a listener process: what the channel says, in order. It lives and dies with its coordinator: when the
 * channel closes it commits, tells its miners, and exits.
 */
import cluster from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode, errorMessage } from '../lib/index.js';
import { TlsContext } from '../stratum/index.js';
import { tell } from './listener-channel.js';
import { ListenerProcess } from './listener-process.js';
import type { ToListener } from './process-messages.js';
import { systemTimers } from './system-timers.js';
import { WorkerNotes } from './worker-notes.js';

const START_GRACE_MS = 3_000;

let starting: Promise<ListenerProcess> | null = null;
let stopping = false;
/** Filled while the start goes on, so that the first miner already finds itself in it. */
const notes = new WorkerNotes();
/** Alike: the certificate may be renewed meanwhile. */
const tls = new TlsContext();

async function stop(reason: string): Promise<void> {
  if (stopping) return;
  stopping = true;
  // A start that hangs must not keep the process: nothing was acknowledged before its port opened.
  const running = await Promise.race([starting?.catch(() => null), sleep(START_GRACE_MS)]);
  if (running instanceof ListenerProcess) await running.stop(reason);
  process.exit(0);
}

function onMessage(message: ToListener): void {
  if (message.kind === 'assignment') {
    if (message.assignment.tls !== null) tls.use(message.assignment.tls);
    starting = ListenerProcess.start(message.assignment, notes, tls);
    starting.catch((error: unknown) => {
      const shardDamaged = errorCode(error) === 'SHARE_LOG_DAMAGED';
      tell({ kind: 'failed', reason: errorMessage(error), shardDamaged });
    });
  } else if (message.kind === 'stop') void stop('the pool is stopping');
  else if (message.kind === 'notes') notes.add(message.notes, systemTimers.nowMs());
  else if (message.kind === 'tls') tls.use(message.pem);
  else void starting?.then((running) => receive(running, message)).catch(() => {});
}

async function receive(
  running: ListenerProcess,
  message: Exclude<ToListener, { kind: 'assignment' | 'notes' | 'tls' | 'stop' }>,
): Promise<void> {
  if (message.kind === 'work' || message.kind === 'no-work') await running.apply(message);
  else if (message.kind === 'share-interval') running.setShareInterval(message);
  else if (message.kind === 'wanted-events') running.carry(message.events);
  else if (message.kind === 'standing') running.setStanding(message.standing);
  else if (message.kind === 'stray') running.tryStray(message.stray);
  else if (message.kind === 'read-back') await running.readBack();
  else if (message.kind === 'close-round') await running.closeRound(message.round);
  else tell({ kind: 'proof-verdict', id: message.id, verdict: await running.submitProof(message.proof) });
}

// Ctrl-C reaches the whole process group; the coordinator decides when a listener ends.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
process.on('SIGHUP', () => {});
// Disconnecting inside a message handler would crash Node 20; this event comes from the channel itself.
// Told that it leaves of its own will, cluster does not end the process before what waits is committed.
if (cluster.worker !== undefined) cluster.worker.exitedAfterDisconnect = true;
process.on('disconnect', () => setImmediate(() => void stop('the pool node has gone away')));
process.on('message', onMessage);
tell({ kind: 'hello' });
