/**
 * Judging nodes and choosing among them, as functions from facts to a verdict; `NodeSet` gathers the facts.
 * On regtest and on a signet of one's own a lone node with an old tip is all there is, so peers and initial block download
 * do not count there.
 */
export type NodeState =
  | 'connecting'
  | 'usable'
  | 'unreachable'
  | 'unauthorized'
  | 'warming-up'
  | 'syncing'
  | 'no-peers'
  | 'lagging'
  | 'refused'
  | 'failing';

export interface NodeFacts {
  /** From the last answer; null before the first. */
  readonly chain: {
    readonly blocks: number;
    readonly headers: number;
    readonly initialBlockDownload: boolean;
    readonly peers: number;
  } | null;
  readonly lastAnswerMs: number | null;
  /** Since when the node has been behind the best height known; null when it is not. */
  readonly behindSinceMs: number | null;
  /** What the last question or the guard ended in. */
  readonly problem: { readonly code: string; readonly message: string } | null;
  /** Has it passed the guard on its present connection? */
  readonly vetted: boolean;
}

export interface HealthLimits {
  readonly isPrivate: boolean;
  /** More blocks behind than this: unusable at once. */
  readonly maxLagBlocks: number;
  /** Behind by any number of blocks for longer than this: unusable. */
  readonly maxBehindMs: number;
  /** Silent for longer than this: unusable. */
  readonly maxRpcAgeMs: number;
}

export interface NodeVerdict {
  readonly state: NodeState;
  /** One sentence: what is wrong and what to do; null when usable. */
  readonly reason: string | null;
}

const STATE_OF_PROBLEM: Readonly<Record<string, NodeState>> = {
  RPC_UNREACHABLE: 'unreachable',
  RPC_TIMEOUT: 'unreachable',
  RPC_UNAUTHORIZED: 'unauthorized',
  RPC_FORBIDDEN: 'unauthorized',
  RPC_COOKIE_UNREADABLE: 'unreachable',
  RPC_WARMING_UP: 'warming-up',
  RPC_IN_IBD: 'syncing',
  RPC_NOT_CONNECTED: 'no-peers',
  GUARD_BELOW_CHECKPOINT: 'syncing',
  GUARD_WRONG_CHAIN: 'refused',
  GUARD_WRONG_GENESIS: 'refused',
  GUARD_WRONG_CHECKPOINT: 'refused',
  GUARD_FOREIGN_RULES: 'refused',
  GUARD_TEMPLATE_RULE: 'refused',
  GUARD_NODE_TOO_OLD: 'refused',
};

/** Failures that may pass before the next question: the node stays as it was until it has been silent too long. */
export function isPassing(problemCode: string): boolean {
  return problemCode === 'RPC_TIMEOUT' || problemCode === 'RPC_BUSY';
}

/** `bestHeight`: the highest of all nodes that passed the guard, and of this node's own headers. */
export function judgeNode(
  facts: NodeFacts,
  bestHeight: number,
  nowMs: number,
  limits: HealthLimits,
): NodeVerdict {
  const { chain, problem } = facts;
  const ageMs = facts.lastAnswerMs === null ? Number.POSITIVE_INFINITY : nowMs - facts.lastAnswerMs;
  if (problem !== null && (!isPassing(problem.code) || ageMs > limits.maxRpcAgeMs)) {
    return { state: STATE_OF_PROBLEM[problem.code] ?? 'failing', reason: problem.message };
  }
  if (chain === null) return { state: 'connecting', reason: 'no answer yet' };
  if (ageMs > limits.maxRpcAgeMs) {
    const seconds = Math.round(ageMs / 1000);
    return { state: 'unreachable', reason: `no answer for ${seconds} s: is the process or its disk stuck?` };
  }
  if (!limits.isPrivate && chain.initialBlockDownload) {
    return {
      state: 'syncing',
      reason: `in initial block download, ${chain.blocks} of ${chain.headers} blocks: let it sync`,
    };
  }
  if (!limits.isPrivate && chain.peers === 0) {
    return { state: 'no-peers', reason: 'no peers, so it would see no new block: check its network' };
  }
  const lag = bestHeight - chain.blocks;
  const behindMs = facts.behindSinceMs === null ? 0 : nowMs - facts.behindSinceMs;
  if (lag > limits.maxLagBlocks || (lag > 0 && behindMs > limits.maxBehindMs)) {
    return {
      state: 'lagging',
      reason: `${lag} blocks behind for ${Math.round(behindMs / 1000)} s: check its disk, processor and peers`,
    };
  }
  if (!facts.vetted) return { state: 'connecting', reason: 'the chain guard has not passed it yet' };
  return { state: 'usable', reason: null };
}

/** In priority order; the time since when a node has been usable without a break, or null. */
export type Candidates = readonly (number | null)[];

/**
 * Index of the node to take work from, or null. A usable active node is left only for a better one that has been
 * usable for `failBackMs`, so that a node that comes and goes does not drag the miners along.
 */
export function chooseActive(
  usableSinceMs: Candidates,
  active: number | null,
  nowMs: number,
  failBackMs: number,
): number | null {
  const first = usableSinceMs.findIndex((since) => since !== null);
  if (first === -1) return null;
  if (active === null || (usableSinceMs[active] ?? null) === null) return first;
  for (let i = 0; i < active; i++) {
    const since = usableSinceMs[i] ?? null;
    if (since !== null && nowMs - since >= failBackMs) return i;
  }
  return active;
}
