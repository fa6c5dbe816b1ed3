/**
 * A found block survives everything: it is handed to its journal first, then given to every node at once, and
 * again after any restart and while nodes are out of reach, until the chain says yes or no; then followed until it
 * is `confirmations` deep or the chain is that deep without it. `submitblock` is idempotent, so asking once too
 * often costs nothing, and it does not wait for the journal's disk.
 */
import { EventEmitter, setMaxListeners } from 'node:events';
import { errorMessage, type Logger, sha256d, type Timers, toDisplayHex, toHex } from '../lib/index.js';
import type { BitcoindNode } from './bitcoind-node.js';
import { BlockDelivery, type DeliveryOutcome } from './block-delivery.js';
import { FOUND, fateOfVerdicts, fateOfWhereabouts, isChainState } from './block-fate.js';
import type { BlockJournal } from './block-journal.js';
import { KnownBlocks } from './known-blocks.js';
import { locateBlock } from './locate-block.js';
import type { NodeSet } from './node-set.js';
import { PassedOnBlocks } from './passed-on-blocks.js';
import { PatientJournal } from './patient-journal.js';
import type { TemplateStore } from './template-store.js';
import type { BlockFate, FoundBlock, TrackedBlock } from './tracked-block.js';
import { unlessAborted } from './unless-aborted.js';

export interface BlockSubmitterOptions {
  /** Depth at which a block counts as confirmed, and beyond which one beside the chain is given up. */
  readonly confirmations: number;
  readonly submitTimeoutMs: number;
  /** How often nodes without a verdict are tried again and open blocks looked up in the chain. */
  readonly retryMs: number;
  /** So long after it was handed in a block that pays elsewhere is tried again; as long as templates are kept. */
  readonly passOnMs: number;
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

interface BlockSubmitterEvents {
  /** It was found, a node answered, or its state, confirmations, reason or finality changed. */
  block: [TrackedBlock];
  /** By hash, internal order: the journal has it on disk. */
  journalled: [Uint8Array];
}

interface OpenBlock {
  readonly delivery: BlockDelivery;
  fate: BlockFate;
}

/** A submission under way at `stop` gets this long: listeners may have taken seven of the ten seconds there are. */
const STOP_GRACE_MS = 2_000;
const MOST_RECENT = 1_000;
const UNTOLD: DeliveryOutcome = { answered: () => {}, failed: () => {} };

export class BlockSubmitter extends EventEmitter<BlockSubmitterEvents> {
  private readonly open = new Map<string, OpenBlock>();
  private readonly underWay = new Set<Promise<void>>();
  /** Ends submissions … */
  private readonly cutting = new AbortController();
  /** … and questions about the chain, which nobody needs once this stops. */
  private readonly leaving = new AbortController();
  private readonly patient: PatientJournal;
  private readonly known = new KnownBlocks(MOST_RECENT);
  private readonly passedOn: PassedOnBlocks;
  private cancelTick: (() => void) | null = null;
  private following = false;
  private followAgain = false;

  constructor(
    private readonly options: BlockSubmitterOptions,
    private readonly nodes: NodeSet,
    private readonly store: TemplateStore,
    private readonly journal: BlockJournal,
    private readonly logger: Logger,
    private readonly timers: Timers,
  ) {
    super();
    this.patient = new PatientJournal(journal, logger, timers, ({ hash }) => this.emit('journalled', hash));
    const deliveryOf = (block: FoundBlock) => this.delivery(block, new Map(), UNTOLD);
    this.passedOn = new PassedOnBlocks(options.passOnMs, deliveryOf, logger);
    // A block has one for each node it is being given to.
    setMaxListeners(0, this.cutting.signal);
  }

  /**
   * Takes up the blocks that a previous run left open. Before templates of that run are released, and before `accept`.
   * Throws `BlockJournalError`.
   */
  async start(): Promise<void> {
    const contents = await this.journal.read(MOST_RECENT);
    this.known.load(contents);
    for (const { verdicts, ...block } of contents.open) {
      const { state, confirmations, reason, final } = block;
      this.watch(block, { state, confirmations, reason, final }, new Map(verdicts));
      this.logger.info({ hash: toDisplayHex(block.hash), state }, 'taking up a block found earlier');
    }
    this.cancelTick = this.timers.every(this.options.retryMs, () => this.tick());
    this.tick();
  }

  /**
   * Submissions under way may end, within two seconds; open blocks stay journalled for the next start. Before
   * `NodeSet.stop`.
   */
  async stop(): Promise<void> {
    this.leaving.abort();
    this.cancelTick?.();
    const cancelCut = this.timers.after(STOP_GRACE_MS, () => this.cutting.abort());
    while (this.underWay.size > 0) await Promise.all(this.underWay);
    cancelCut();
  }

  /**
   * Returns the block's hash (internal order): the journal's thread has it by then, so that it outlives this loop, and
   * submission is under way. The same candidate twice is one block. `foundAtMs`: where it was found before now.
   */
  accept(candidate: BlockCandidate, foundAtMs = this.timers.nowMs()): Uint8Array {
    const hash = sha256d(candidate.header);
    if (!this.known.has(hash)) this.begin({ ...candidate, hash, foundAtMs });
    else if (!this.patient.owes(hash)) this.emit('journalled', hash);
    return hash;
  }

  /** Brings a block to the nodes that is not this pool's to follow or to count. */
  passOn(candidate: BlockCandidate): void {
    const hash = sha256d(candidate.header);
    if (this.known.has(hash)) return;
    const delivery = this.passedOn.add({ ...candidate, hash, foundAtMs: this.timers.nowMs() });
    if (delivery !== null) this.track(delivery.deliver());
  }

  /** The newest first, a thousand at most. */
  recent(limit: number): TrackedBlock[] {
    return this.known.recent(limit);
  }

  /** Found blocks that cannot be put together, as their templates cannot be read; for people. None that the chain has. */
  unassembled(): string[] {
    return [...this.open.values()].flatMap(({ delivery: { block, unassembled }, fate }) =>
      unassembled === null || isChainState(fate.state) ? [] : `${toDisplayHex(block.hash)}: ${unassembled}`,
    );
  }

  /** Why the disk refuses what the journal was given; null while it takes it. */
  get journalFault(): string | null {
    return this.patient.fault;
  }

  private begin(block: FoundBlock): void {
    const { height, worker, templateId } = block;
    const open = this.watch(block, FOUND, new Map());
    this.changed(open);
    this.track(open.delivery.deliver());
    this.logger.info({ hash: toDisplayHex(block.hash), height, worker, templateId }, 'block found');
  }

  private watch(block: FoundBlock, fate: BlockFate, verdicts: Map<string, string>): OpenBlock {
    const delivery = this.delivery(block, verdicts, {
      answered: () => this.answered(open),
      failed: (reason) => {
        if (!isChainState(open.fate.state)) this.decide(open, { ...open.fate, reason });
      },
    });
    const open: OpenBlock = { delivery, fate };
    this.open.set(toHex(block.hash), open);
    this.store.hold(block.templateId);
    return open;
  }

  private delivery(
    block: FoundBlock,
    verdicts: Map<string, string>,
    outcome: DeliveryOutcome,
  ): BlockDelivery {
    const call = { timeoutMs: this.options.submitTimeoutMs, signal: this.cutting.signal };
    return new BlockDelivery(block, verdicts, this.nodes.nodes, this.store, call, outcome, this.logger);
  }

  private tick(): void {
    this.patient.catchUp();
    for (const { delivery } of this.open.values()) this.track(delivery.deliver());
    const passedOn = this.passedOn.undelivered(this.timers.nowMs());
    for (const delivery of passedOn) this.track(delivery.deliver());
    this.follow();
  }

  private answered(open: OpenBlock): void {
    const { verdicts } = open.delivery;
    const before = open.fate;
    if (!isChainState(before.state)) {
      const unanimous = this.nodes.active !== null && verdicts.size >= this.nodes.nodes.length;
      this.decide(open, fateOfVerdicts(verdicts, unanimous));
    }
    if (open.fate === before) this.changed(open);
    this.follow();
  }

  /** Looks every open block up in the active node's chain. */
  private follow(): void {
    const node = this.nodes.active;
    if (node === null || this.leaving.signal.aborted || this.open.size === 0) return;
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
    const { signal } = this.leaving;
    try {
      const tipHeight = await unlessAborted(node.rpc.call<number>('getblockcount'), signal);
      for (const open of [...this.open.values()]) {
        const { hash, height } = open.delivery.block;
        const located = locateBlock(node, toDisplayHex(hash), height, tipHeight);
        const whereabouts = await unlessAborted(located, signal);
        if (whereabouts.kind === 'unknown') open.delivery.isUnknownTo(node);
        const depth = this.options.confirmations;
        this.decide(open, fateOfWhereabouts(open.fate, height, whereabouts, tipHeight, depth));
      }
    } catch (error) {
      if (signal.aborted) return;
      this.logger.warn(
        { node: node.name, error: errorMessage(error) },
        'found blocks could not be looked up; tried again',
      );
    }
  }

  private decide(open: OpenBlock, fate: BlockFate): void {
    const { block } = open.delivery;
    const before = open.fate;
    const same =
      fate.state === before.state &&
      fate.confirmations === before.confirmations &&
      fate.reason === before.reason &&
      fate.final === before.final;
    if (same || before.final) return;
    open.fate = fate;
    if (fate.state !== before.state) {
      const fields = { hash: toDisplayHex(block.hash), height: block.height, ...fate };
      const bad = fate.state === 'rejected' || fate.state === 'orphaned';
      if (bad) this.logger.error(fields, `found block ${fate.state}`);
      else this.logger.info(fields, `found block ${fate.state}`);
    }
    if (fate.final) this.finish(block);
    this.changed(open);
  }

  private finish({ hash, templateId }: FoundBlock): void {
    this.open.delete(toHex(hash));
    for (const { delivery } of this.open.values()) if (delivery.block.templateId === templateId) return;
    this.track(
      this.store.letGo(templateId).catch((error: unknown) => {
        this.logger.warn(
          { templateId, error: errorMessage(error) },
          'a template file that is no longer needed could not be deleted',
        );
      }),
    );
  }

  private changed({ delivery, fate }: OpenBlock): void {
    const block = { ...delivery.block, ...fate, verdicts: new Map(delivery.verdicts) };
    this.patient.put(block);
    this.known.put(block);
    this.emit('block', block);
  }

  private track(work: Promise<void>): void {
    const tracked = work.finally(() => this.underWay.delete(tracked));
    this.underWay.add(tracked);
  }
}
