/**
 * A found block survives everything (DESIGN 2): it is journalled first, then put together and given to every node
 * at once, trusted or not, and again after any restart and while nodes are out of reach, until the chain says yes
 * or no; then followed until it is `confirmations` deep or the chain is that deep without it. `submitblock` is
 * idempotent, so asking once too often costs nothing.
 */
import { EventEmitter } from 'node:events';
import {
  errorCode,
  errorMessage,
  type Logger,
  sha256d,
  type Timers,
  toDisplayHex,
  toHex,
} from '../lib/index.js';
import { assembleBlock } from '../mining/index.js';
import type { BitcoindNode } from './bitcoind-node.js';
import type { BlockFate, BlockJournal, BlockState, FoundBlock, JournalledBlock } from './block-journal.js';
import type { NodeSet } from './node-set.js';
import { readVerdict, type SubmitVerdict } from './submit-verdict.js';
import type { TemplateStore } from './template-store.js';

export interface BlockSubmitterOptions {
  /** Depth at which a block counts as confirmed, and beyond which one beside the chain is given up. */
  readonly confirmations: number;
  readonly submitTimeoutMs: number;
  /** How often nodes without a verdict are tried again and open blocks looked up in the chain. */
  readonly retryMs: number;
}

export interface BlockCandidate {
  /** 80 bytes. */
  readonly header: Uint8Array;
  /** Without witness. */
  readonly coinbase: Uint8Array;
  readonly templateId: string;
  readonly height: number;
  readonly worker: string;
}

/** A block and each node's last word on it: "accepted", or bitcoind's reject reason. */
export interface TrackedBlock extends JournalledBlock {
  readonly verdicts: ReadonlyMap<string, string>;
}

interface BlockSubmitterEvents {
  /** Its state, confirmations or finality changed. */
  block: [TrackedBlock];
}

interface Open {
  readonly block: FoundBlock;
  fate: BlockFate;
  readonly verdicts: Map<string, string>;
  readonly asking: Set<BitcoindNode>;
  /** Put together once, on first need. */
  assembled: Promise<Uint8Array> | null;
}

const FOUND: BlockFate = { state: 'found', confirmations: 0, reason: null, final: false };
const ACCEPTED = 'accepted';
/** States read from the chain; no node's word on the submission overrules them. */
const CHAIN_STATES: ReadonlySet<BlockState> = new Set(['in-chain', 'confirmed', 'orphaned']);
/** A submission under way at `stop` gets this long. */
const STOP_GRACE_MS = 5_000;

export class BlockSubmitter extends EventEmitter<BlockSubmitterEvents> {
  private readonly open = new Map<string, Open>();
  private readonly underWay = new Set<Promise<void>>();
  private cancelTick: (() => void) | null = null;
  private readonly cutting = new AbortController();
  private following = false;
  private followAgain = false;
  private stopped = false;

  constructor(
    private readonly options: BlockSubmitterOptions,
    private readonly nodes: NodeSet,
    private readonly store: TemplateStore,
    private readonly journal: BlockJournal,
    private readonly logger: Logger,
    private readonly timers: Timers,
  ) {
    super();
  }

  /** Takes up the blocks that a previous run left open. Before templates of that run are released. */
  start(): void {
    for (const { state, confirmations, reason, final, ...block } of this.journal.open()) {
      const fate = { state, confirmations, reason, final };
      this.watch(block, fate, this.journal.verdicts(block.hash));
      this.logger.info(
        { hash: toDisplayHex(block.hash), height: block.height, state },
        'taking up a block found earlier',
      );
    }
    this.cancelTick = this.timers.every(this.options.retryMs, () => this.tick());
    this.tick();
  }

  /** Open blocks stay journalled for the next start. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.cancelTick?.();
    const cancelCut = this.timers.after(STOP_GRACE_MS, () => this.cutting.abort());
    await Promise.all(this.underWay);
    cancelCut();
  }

  /**
   * Returns the block's hash (internal order) when it would survive a crash; submission is then under way. The same
   * candidate twice is one block. Throws what SQLite throws when the disk fails; the block is submitted even then,
   * but no restart would take it up.
   */
  accept(candidate: BlockCandidate): Uint8Array {
    const hash = sha256d(candidate.header);
    if (this.open.has(toHex(hash))) return hash;
    const block: FoundBlock = { ...candidate, hash, foundAtMs: this.timers.nowMs() };
    try {
      if (!this.journal.add(block)) return hash;
    } catch (error) {
      this.begin(block);
      throw error;
    }
    this.begin(block);
    return hash;
  }

  /** The newest first. */
  recent(limit: number): TrackedBlock[] {
    return this.journal
      .recent(limit)
      .map((block) => ({ ...block, verdicts: this.journal.verdicts(block.hash) }));
  }

  private begin(block: FoundBlock): void {
    const { height, worker, templateId } = block;
    this.logger.info({ hash: toDisplayHex(block.hash), height, worker, templateId }, 'block found');
    const open = this.watch(block, FOUND, new Map());
    this.announce(open);
    this.submitEverywhere(open);
  }

  private watch(block: FoundBlock, fate: BlockFate, verdicts: Map<string, string>): Open {
    const open: Open = { block, fate, verdicts, asking: new Set(), assembled: null };
    this.open.set(toHex(block.hash), open);
    this.store.hold(block.templateId);
    return open;
  }

  private tick(): void {
    for (const open of this.open.values()) this.submitEverywhere(open);
    this.follow();
  }

  private submitEverywhere(open: Open): void {
    for (const node of this.nodes.nodes) {
      const word = open.verdicts.get(node.name);
      const answered = word !== undefined && meaning(word) !== 'retry';
      if (!answered && !open.asking.has(node)) this.track(this.submitTo(open, node));
    }
  }

  private async submitTo(open: Open, node: BitcoindNode): Promise<void> {
    if (this.stopped) return;
    open.asking.add(node);
    const hash = toDisplayHex(open.block.hash);
    try {
      const block = await this.assemble(open);
      const { submitTimeoutMs: timeoutMs } = this.options;
      const answer = await node.submitBlock(block, { timeoutMs, signal: this.cutting.signal });
      const word = answer ?? ACCEPTED;
      this.logger.info({ hash, node: node.name, answer: word }, 'bitcoind answered to a found block');
      this.heard(open, node, word);
    } catch (error) {
      if (errorCode(error) === 'RPC_UNDECODABLE') {
        this.heard(open, node, 'block-undecodable');
        return;
      }
      this.logger.warn(
        { hash, node: node.name, error: errorMessage(error) },
        'a found block could not be given to this node; it is tried again',
      );
      if (!CHAIN_STATES.has(open.fate.state))
        this.decide(open, { ...open.fate, reason: errorMessage(error) });
    } finally {
      open.asking.delete(node);
    }
  }

  private async assemble(open: Open): Promise<Uint8Array> {
    open.assembled ??= this.store
      .read(open.block.templateId)
      .then(({ hasWitnessCommitment, transactions }) =>
        assembleBlock(open.block.header, open.block.coinbase, hasWitnessCommitment, transactions),
      );
    try {
      return await open.assembled;
    } catch (error) {
      open.assembled = null;
      throw error;
    }
  }

  private heard(open: Open, node: BitcoindNode, word: string): void {
    open.verdicts.set(node.name, word);
    this.keep(() => this.journal.setVerdict(open.block.hash, node.name, word, this.timers.nowMs()));
    if (!CHAIN_STATES.has(open.fate.state)) this.decide(open, this.fateOfVerdicts(open));
    if (meaning(word) !== 'retry') this.follow();
  }

  private fateOfVerdicts({ verdicts }: Open): BlockFate {
    const words = [...verdicts];
    const said = (wanted: SubmitVerdict): [string, string] | undefined =>
      words.find(([, word]) => meaning(word) === wanted);
    if (said('accepted')) return { ...FOUND, state: 'accepted' };
    const waiting = said('inconclusive') ?? said('retry');
    if (waiting) return { ...FOUND, state: 'submitted', reason: `${waiting[0]} says ${waiting[1]}` };
    const refused = said('invalid');
    if (!refused) return FOUND;
    const unanimous = this.nodes.active !== null && verdicts.size >= this.nodes.nodes.length;
    return { ...FOUND, state: 'rejected', reason: `${refused[0]} says ${refused[1]}`, final: unanimous };
  }

  /** Looks every open block up in the active node's chain. */
  private follow(): void {
    const node = this.nodes.active;
    if (node === null || this.stopped || this.open.size === 0) return;
    if (this.following) {
      this.followAgain = true;
      return;
    }
    this.following = true;
    this.followAgain = false;
    this.track(
      this.lookUpAll(node).finally(() => {
        this.following = false;
        if (this.followAgain) this.follow();
      }),
    );
  }

  private async lookUpAll(node: BitcoindNode): Promise<void> {
    try {
      const tipHeight = await node.rpc.call<number>('getblockcount');
      for (const open of [...this.open.values()]) await this.lookUp(node, open, tipHeight);
    } catch (error) {
      this.logger.warn(
        { node: node.name, error: errorMessage(error) },
        'found blocks could not be looked up; tried again',
      );
    }
  }

  private async lookUp(node: BitcoindNode, open: Open, tipHeight: number): Promise<void> {
    const { block } = open;
    const deep = tipHeight - block.height >= this.options.confirmations;
    let confirmations: number;
    try {
      const header = await node.rpc.call<{ confirmations: number }>(
        'getblockheader',
        toDisplayHex(block.hash),
      );
      confirmations = header.confirmations;
    } catch (error) {
      if (errorCode(error) !== 'RPC_NOT_FOUND') throw error;
      this.unknownTo(node, open, deep);
      return;
    }
    if (confirmations >= this.options.confirmations) {
      this.decide(open, { state: 'confirmed', confirmations, reason: null, final: true });
    } else if (confirmations >= 1) {
      this.decide(open, { state: 'in-chain', confirmations, reason: null, final: false });
    } else if (tipHeight >= block.height && open.fate.state !== 'rejected') {
      const winner = await node.rpc.call<string>('getblockhash', block.height);
      const reason = `height ${block.height} went to block ${winner}`;
      this.decide(open, { state: 'orphaned', confirmations: 0, reason, final: deep });
    } else if (deep) {
      this.decide(open, { ...open.fate, final: true });
    }
  }

  /** A node that had the block and lost it (it went down before writing it) is given it again. */
  private unknownTo(node: BitcoindNode, open: Open, deep: boolean): void {
    const word = open.verdicts.get(node.name);
    if (word !== undefined && meaning(word) !== 'invalid') open.verdicts.delete(node.name);
    if (!deep) return;
    const state = open.fate.state === 'rejected' ? 'rejected' : 'orphaned';
    const reason = open.fate.reason ?? 'the chain went on before any node took the block';
    this.decide(open, { state, confirmations: 0, reason, final: true });
  }

  private decide(open: Open, fate: BlockFate): void {
    const { fate: before, block } = open;
    const same =
      fate.state === before.state &&
      fate.confirmations === before.confirmations &&
      fate.reason === before.reason &&
      fate.final === before.final;
    if (same || before.final) return;
    open.fate = fate;
    this.keep(() => this.journal.setFate(block.hash, fate));
    if (fate.state !== before.state) {
      const fields = { hash: toDisplayHex(block.hash), height: block.height, ...fate };
      const bad = fate.state === 'rejected' || fate.state === 'orphaned';
      if (bad) this.logger.error(fields, `found block ${fate.state}`);
      else this.logger.info(fields, `found block ${fate.state}`);
    }
    this.announce(open);
    if (fate.final) this.finish(open);
  }

  private finish({ block }: Open): void {
    this.open.delete(toHex(block.hash));
    for (const other of this.open.values()) if (other.block.templateId === block.templateId) return;
    this.track(
      this.store.letGo(block.templateId).catch((error: unknown) => {
        this.logger.warn(
          { templateId: block.templateId, error: errorMessage(error) },
          'a template file that is no longer needed could not be deleted',
        );
      }),
    );
  }

  private announce({ block, fate, verdicts }: Open): void {
    this.emit('block', { ...block, ...fate, verdicts: new Map(verdicts) });
  }

  /** The block's way into the chain does not wait for a disk that fails; what was not written is learnt again. */
  private keep(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.logger.error(
        { error: errorMessage(error) },
        "the block journal cannot be written: check the data directory's space",
      );
    }
  }

  private track(work: Promise<void>): void {
    const tracked = work.finally(() => this.underWay.delete(tracked));
    this.underWay.add(tracked);
  }
}

function meaning(word: string): SubmitVerdict {
  return readVerdict(word === ACCEPTED ? null : word);
}
