/**
 * The share commitment: 32 bytes in every pool coinbase that name the task, the node, the round, the miner and the
 * difficulty *before* the hash is known. It is why a share can be claimed once, by one node, for one miner, in one
 * round, at the difficulty that was set, and why nobody needs to be believed about any of it.
 */
import { ByteReader, ByteWriter, sha256, taggedHash } from '../lib/index.js';

/** What all of one node's shares of one round have in common. */
export interface RoundBinding {
  /** The Koii task's public key, 32 bytes. */
  readonly taskId: Uint8Array;
  /** The node's staking key on K2, 32 bytes. */
  readonly nodeKey: Uint8Array;
  readonly round: bigint;
  /** 32 bytes that nobody knew before the round began. */
  readonly seed: Uint8Array;
  /** The script that receives the pool's blocks. */
  readonly reserveScript: Uint8Array;
}

const commit = taggedHash('orcapool/share/1');

/**
 * taggedHash("orcapool/share/1", task_id ‖ node_key ‖ round u64 ‖ miner_id ‖ share_bits u32 ‖ reserve_hash ‖ seed),
 * integers little-endian, reserve_hash = SHA256(reserve script).
 */
export function shareCommitment(binding: RoundBinding, minerId: Uint8Array, shareBits: number): Uint8Array {
  const message = messages.get(binding) ?? newMessage(binding);
  message.set(minerId, MINER_AT);
  for (let i = 0; i < 4; i++) message[BITS_AT + i] = shareBits >>> (8 * i);
  return commit(message);
}

const MINER_AT = 32 + 32 + 8;
const BITS_AT = MINER_AT + 32;

/** By binding: what it hashes, with the last miner and bits in their places. A new tip is one commitment a miner. */
const messages = new WeakMap<RoundBinding, Uint8Array>();

function newMessage(binding: RoundBinding): Uint8Array {
  const message = new ByteWriter(172)
    .bytes(binding.taskId)
    .bytes(binding.nodeKey)
    .u64(binding.round)
    .bytes(new Uint8Array(32 + 4))
    .bytes(sha256(binding.reserveScript))
    .bytes(binding.seed)
    .finish();
  messages.set(binding, message);
  return message;
}

/** task_id 32 ‖ node_key 32 ‖ round u64 ‖ seed 32 ‖ reserve script (varint length first). */
export function encodeBinding(binding: RoundBinding): Uint8Array {
  return new ByteWriter(160)
    .bytes(binding.taskId)
    .bytes(binding.nodeKey)
    .u64(binding.round)
    .bytes(binding.seed)
    .varbytes(binding.reserveScript)
    .finish();
}

export function decodeBinding(encoded: Uint8Array): RoundBinding {
  const reader = new ByteReader(encoded);
  const binding = {
    taskId: reader.bytes(32),
    nodeKey: reader.bytes(32),
    round: reader.u64(),
    seed: reader.bytes(32),
    reserveScript: reader.varbytes(),
  };
  reader.end();
  return binding;
}
