/** What the doctor examines, from the configuration; asks the bitcoinds through the same guard as the node. */

import { network } from '../bitcoin/index.js';
import { BitcoindNode, ChainGuard, ChainGuardError, type NodeEndpoint, nodeName } from '../bitcoind/index.js';
import type { ConfigFlags, DoctorMachine, DoctorSubject, NodeReport } from '../cli/index.js';
import type { Config } from '../config/index.js';
import { errorMessage } from '../lib/index.js';
import { networkIn } from './datadir.js';
import { configAndProblems } from './read-config.js';
import { systemTimers } from './system-timers.js';

const TIMEOUT_MS = 5_000;

interface ChainInfo {
  readonly chain: string;
  readonly blocks: number;
  readonly headers: number;
  readonly initialblockdownload: boolean;
}

async function refusal(guard: ChainGuard, node: BitcoindNode): Promise<string | null> {
  try {
    await guard.check(node);
    return null;
  } catch (error) {
    if (error instanceof ChainGuardError) return error.message;
    throw error;
  }
}

async function examine(endpoint: NodeEndpoint, guard: ChainGuard): Promise<NodeReport> {
  const node = new BitcoindNode(endpoint, TIMEOUT_MS, systemTimers, null);
  try {
    const chain = await node.rpc.call<ChainInfo>('getblockchaininfo');
    const peers = await node.rpc.call<{ subversion: string; connections: number }>('getnetworkinfo');
    return {
      answers: true,
      url: node.name,
      version: peers.subversion,
      chain: chain.chain,
      refused: await refusal(guard, node),
      height: chain.blocks,
      headers: chain.headers,
      // A private chain always looks unfinished: its blocks are as old as the last time somebody mined.
      initialBlockDownload: chain.initialblockdownload && !['regtest', 'signet'].includes(chain.chain),
      peers: peers.connections,
      timeMs: null,
    };
  } catch (error) {
    return {
      answers: false,
      url: nodeName(endpoint.url),
      problem: errorMessage(error),
      todo: 'start bitcoind, or correct bitcoin.rpcUrl and its credentials',
    };
  } finally {
    node.close();
  }
}

function heldNetwork(datadir: string): string | null {
  try {
    return networkIn(datadir);
  } catch {
    // That the folder cannot be read is found with the disk.
    return null;
  }
}

function machineOf(config: Config): DoctorMachine {
  const chain = network(config.network);
  const guard = new ChainGuard(
    { ...chain, checkpoint: config.bitcoin.checkpoint ?? chain.checkpoint },
    TIMEOUT_MS,
  );
  return {
    network: config.network,
    datadir: config.datadir,
    heldNetwork: heldNetwork(config.datadir),
    stratum: config.stratum,
    http: config.http,
    zmq: config.bitcoin.nodes.flatMap(({ zmqHashBlock }) => zmqHashBlock ?? []),
    nodes: { probe: () => Promise.all(config.bitcoin.nodes.map((endpoint) => examine(endpoint, guard))) },
  };
}

export function doctorSubject(flags: ConfigFlags): DoctorSubject {
  const read = configAndProblems(flags);
  if (read.problems === null) return { configurationProblem: null, machine: machineOf(read.config) };
  const { config, problems } = read;
  return {
    configurationProblem: problems.message,
    machine: config === null ? null : machineOf(config),
  };
}
