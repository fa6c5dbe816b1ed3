/**
 * An auditing node on a real bitcoind, as the coordinator puts it together but without miners, and a claimant beside it
 * that makes shares, claims and blocks of the same templates.
 */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuditReport } from '../../../src/audit/index.js';
import { encodeHeader, foldBranch, type Network } from '../../../src/bitcoin/index.js';
import { type FedTemplate, SightingsFile } from '../../../src/bitcoind/index.js';
import { EndedRounds } from '../../../src/claims/index.js';
import { concatBytes, sha256d, toDisplayHex, toHex } from '../../../src/lib/index.js';
import type { RegtestBitcoind } from '../../../src/localnet/index.js';
import { Metrics } from '../../../src/metrics/index.js';
import {
  assembleBlock,
  type BlockTemplate,
  poolShape,
  type RoundBinding,
} from '../../../src/mining/index.js';
import { AuditDesk } from '../../../src/roles/audit-desk.js';
import { AuditQuestions } from '../../../src/roles/audit-questions.js';
import { AuditedPackages } from '../../../src/roles/audited-packages.js';
import type { NodeRounds } from '../../../src/roles/node-rounds.js';
import {
  type CountedShare,
  claimRoot,
  decodePackage,
  encodeSubmission,
  localSchedule,
  recountPackage,
} from '../../../src/rounds/index.js';
import { atTestEnd } from '../../bitcoind.js';
import { KeptLog, systemTimers } from '../../surroundings.js';
import { BINDING, type Packed, packedOf, tipOf, type Worked, worked } from '../../unit/audit/audit-source.js';
import { REGTEST } from '../../unit/rounds/claim-source.js';
import { PoolSide, until } from '../bitcoind/pool-side.js';

export const ROUND_SECONDS = 600;

export interface Work extends Omit<Worked, 'jobs'> {
  readonly on: readonly BlockTemplate[];
  readonly round?: bigint;
}

/** A round's work upon real templates. */
export function workedOn({ on, round = 0n, ...work }: Work): Packed {
  const binding: RoundBinding = { ...(work.binding ?? BINDING), round };
  const jobs = on.map((template) => ({
    template,
    shape: poolShape(template, '/orcapool/', binding.reserveScript),
  }));
  const time = (share: number): number => on[share % on.length]!.curTime;
  return packedOf(worked({ time, ...work, jobs, binding }).built);
}

/** The shares of a claim that are blocks where `network` says so. */
export function blocksOf({ bytes, cid }: Packed, network: Network): CountedShare[] {
  const blocks: CountedShare[] = [];
  recountPackage(decodePackage(bytes, cid), network, (share) => {
    if (share.isBlock) blocks.push(share);
  });
  return blocks;
}

/** As the node that found it would: any share of regtest is a block to bitcoind. */
export async function publish(
  node: RegtestBitcoind,
  { record, job }: CountedShare,
  { transactions }: Pick<FedTemplate, 'transactions'>,
): Promise<void> {
  const coinbase = concatBytes(job.prefix, record.extranonce, job.suffix);
  const merkleRoot = foldBranch(sha256d(coinbase), job.template.branch);
  const { time, nonce, version } = record;
  const { prevHash, bits } = job.template;
  const header = encodeHeader({ version, prevHash, merkleRoot, time, bits, nonce });
  const block = assembleBlock(header, coinbase, transactions);
  const said = await node.rpc<string | null>('submitblock', [toHex(block)]);
  if (said !== null && said !== 'inconclusive') throw new Error(`bitcoind says ${said}`);
}

/** Round 0 began five minutes ago. */
const SCHEDULE = localSchedule({ genesisMs: Date.now() - 300_000, roundMs: 1_000 * ROUND_SECONDS });
const ROUNDS: NodeRounds = {
  schedule: SCHEDULE,
  ended: new EndedRounds(SCHEDULE),
  book: null,
  binding: (round) => ({ ...BINDING, round }),
  reserveEpochs: () => [
    { epoch: 0, script: BINDING.reserveScript, firstRound: 0n, lastRound: 2n ** 64n - 1n },
  ],
  appointment: () => null,
  async hear() {},
};

export interface AuditorOptions {
  readonly network?: Network;
  /** An earlier auditor's, stopped: it is the same one restarted. */
  readonly folder: string;
}

export class Auditor {
  readonly metrics = new Metrics('coordinator', systemTimers);
  private stopping: Promise<void> | null = null;

  private constructor(
    private readonly folder: string,
    readonly bitcoind: RegtestBitcoind,
    private readonly side: PoolSide,
    private readonly seen: SightingsFile,
    private readonly desk: () => AuditDesk,
    readonly log: KeptLog,
  ) {
    seen.follow(side.feed);
  }

  static async start(
    bitcoind: RegtestBitcoind,
    { folder, network = REGTEST }: AuditorOptions,
  ): Promise<Auditor> {
    const log = new KeptLog();
    const seen = await SightingsFile.open(join(folder, 'sightings.json'), systemTimers, log);
    const side = await PoolSide.start(folder, [bitcoind], { feed: { probeMs: 100 } });
    const auditor: Auditor = new Auditor(folder, bitcoind, side, seen, () => desk, log);
    const desk = new AuditDesk(
      folder,
      network,
      ROUNDS,
      side.nodes,
      new AuditedPackages(join(folder, 'packages'), [], network, log),
      new AuditQuestions(folder, network, seen.sightings, log),
      auditor.metrics.pool,
      systemTimers,
      log,
    );
    atTestEnd(() => auditor.stop());
    await auditor.tip();
    return auditor;
  }

  /** The template upon bitcoind's tip, once the feed has it and `holds` is true of it. */
  async tip(holds: (template: BlockTemplate) => boolean = () => true): Promise<FedTemplate> {
    const hash = await this.bitcoind.rpc<string>('getbestblockhash');
    const current = (): FedTemplate | null => this.side.feed.current;
    const isThere = (): boolean => {
      const fed = current();
      return fed !== null && toDisplayHex(fed.template.prevHash) === hash && holds(fed.template);
    };
    await until(`work upon ${hash}`, isThere);
    return current()!;
  }

  async untilLost(): Promise<void> {
    await until('work is lost', () => this.side.feed.current === null);
  }

  /** Mines one block elsewhere, and returns the template upon it. */
  async next(): Promise<FedTemplate> {
    await this.bitcoind.generate(1);
    return await this.tip();
  }

  async audit(packed: Packed, nodeKey = BINDING.nodeKey): Promise<AuditReport> {
    const folder = join(this.folder, 'packages');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `${packed.cid}.car`), packed.bytes);
    const { claim, cid: packageCid } = packed;
    const { round } = claim;
    const submission = encodeSubmission({
      kind: 'claim',
      ...{ round, root: claimRoot(claim), work: claim.total, count: claim.count },
      ...{ miners: claim.miners, packageCid, proofCid: null, storeCid: null, stake: 1n },
      ...tipOf(packed.bytes),
    });
    await this.desk().judge({
      ...{ submission, submitter: nodeKey, round, seed: BINDING.seed, beacon: null, before: null },
      ...{ submissionSlot: 1n, deadlineSlot: 1n, stake: 1n, packageUrl: null, denied: null },
    });
    const view = this.desk()
      .audits(round)
      .find((each) => each.submission === submission);
    return view!.report as AuditReport;
  }

  stop(): Promise<void> {
    this.stopping ??= this.side.stop().then(() => {
      this.metrics.close();
      return this.seen.stop();
    });
    return this.stopping;
  }
}
