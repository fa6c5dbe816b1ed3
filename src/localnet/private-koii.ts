/**
 * The emulated Koii network of a machine that runs it for itself: a task with Koii's rules of rounds on a clock that is
 * sped up to a round a minute, three auditors elsewhere, and what each pool process says in a file of its own.
 */
import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { network as bitcoinNetwork, decodeAddress } from '../bitcoin/index.js';
import { RpcClient } from '../bitcoind/index.js';
import { type Timers, toHex } from '../lib/index.js';
import type { RegtestBitcoind } from './bitcoind/index.js';
import { KoiiNetwork, SlotClock } from './koii/index.js';

export const AUDITORS = 3;
const SLOT_MS = 60;
/** A round of a minute. Koii has 800 slots at least, and windows of a third. */
const TASK = { roundTime: 1_000, submissionWindow: 340, auditWindow: 340, startingSlot: 0 };
const GENESIS_MS = Date.UTC(2026, 0, 1);
const KOII = 1_000_000_000;
const STAKE = 5 * KOII;
const RPC_PATIENCE_MS = 10_000;

export interface PrivateKoiiOptions {
  readonly folder: string;
  /** 32 bytes. */
  readonly taskId: Uint8Array;
  readonly reserveAddress: string;
}

export interface PrivateKoiiDeps {
  readonly timers: Timers;
  readonly env: Environment;
  /** The operator's own words, for each pool process. */
  readonly podFlags: readonly string[];
  /** Orcapool's main file, which each pool process runs. */
  readonly podEntry: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

export interface PrivateKoii {
  readonly network: KoiiNetwork;
  /** Ends it with all its nodes. */
  readonly end: () => Promise<void>;
}

/** Without nodes. */
export async function startPrivateKoii(
  bitcoind: RegtestBitcoind,
  { folder, taskId, reserveAddress }: PrivateKoiiOptions,
  { env, timers, podFlags, podEntry }: PrivateKoiiDeps,
): Promise<PrivateKoii> {
  const slotNow = (): number => Math.floor((timers.nowMs() - GENESIS_MS) / SLOT_MS);
  const clock = new SlotClock(slotNow(), SLOT_MS);
  const { rpcUrl, cookieFile } = bitcoind;
  const rpc = new RpcClient({ url: rpcUrl, auth: { cookieFile }, zmqHashBlock: null }, RPC_PATIENCE_MS, null);
  const logs = new Map<string, WriteStream>();
  const log = (name: string): WriteStream => {
    const file = join(folder, 'nodes', name, 'pool.log');
    const stream = logs.get(name) ?? createWriteStream(file, { flags: 'a' });
    logs.set(name, stream);
    return stream;
  };
  const network = await KoiiNetwork.start({
    ...{ folder: join(folder, 'nodes'), bitcoind, clock, taskId, rpc, podFlags, podEntry, isPackaged: false },
    task: { ...TASK, bountyPerRound: 10 * KOII, minimumStake: KOII },
    reserve: {
      address: reserveAddress,
      script: toHex(decodeAddress(reserveAddress, bitcoinNetwork('regtest')).script),
    },
    stake: STAKE,
    podEnv: environmentOfPods(env),
    execPath: env.NODE18 ?? process.execPath,
    onPodOutput: (name, text) => log(name).write(text),
  });
  for (let i = 0; i < AUDITORS; i++) network.addAuditor(Math.random);
  const cancelClock = timers.every(SLOT_MS, () => clock.advanceTo(slotNow()));
  const end = async (): Promise<void> => {
    cancelClock();
    await network.stop();
    rpc.close();
    for (const stream of logs.values()) stream.end();
  };
  return { network, end };
}

/** The operator's own settings by environment hold for every node but for what makes the network. */
function environmentOfPods(env: Environment): Record<string, string> {
  const own = Object.entries(env).filter(
    ([name, value]) => name.startsWith('ORCAPOOL_') && value !== undefined,
  );
  return Object.fromEntries(own) as Record<string, string>;
}
