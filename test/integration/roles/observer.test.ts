import { describe, expect, it } from '@jest/globals';
import type { AuditReport } from '../../../src/audit/index.js';
import { bitsToTarget, hashMeets, type Network, targetToLe } from '../../../src/bitcoin/index.js';
import { toDisplayHex } from '../../../src/lib/index.js';
import type { RegtestBitcoind } from '../../../src/localnet/index.js';
import { type BlockTemplate, digestTemplate, type RawTemplate } from '../../../src/mining/index.js';
import { startBitcoind, temporaryFolder } from '../../bitcoind.js';
import { BINDING } from '../../unit/audit/audit-source.js';
import { bytesOf, REGTEST } from '../../unit/rounds/claim-source.js';
import { anyonesCoin, spend } from '../bitcoind/anyones-coin.js';
import { Auditor, blocksOf, publish, workedOn } from './auditing-node.js';

/** 1 BTC; a claim may have 1.25 times as much and 0.05 BTC. */
const FEES = 100_000_000n;
const MOST_FEES = 130_000_000n;
const SUBSIDY = 5_000_000_000n;
const ELSEWHERE = 'bcrt1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qzf4jry';
/** A share of 64 expected hashes is a block; to bitcoind any share is one. */
const BLOCK_BITS = 0x2003ffff;
const WITH_BLOCKS: Network = { ...REGTEST, blockTargetBits: BLOCK_BITS };

function isBlock(hash: Uint8Array): boolean {
  return hashMeets(hash, targetToLe(bitsToTarget(BLOCK_BITS)));
}

function seen({ verdict, suspects }: AuditReport): readonly [string, ...number[]] {
  return [verdict.kind, ...suspects.map(({ check }) => check)];
}

function outcomes({ checks }: AuditReport): string[] {
  return checks.slice(35).map(({ outcome }) => outcome);
}

function valued(template: BlockTemplate, coinbaseValueSats: bigint): BlockTemplate {
  return { ...template, coinbaseValueSats };
}

/** With a median time long past, so that shares may be of some minutes ago. */
async function startedUp(): Promise<RegtestBitcoind> {
  const bitcoind = await startBitcoind();
  await bitcoind.rpc('setmocktime', [Math.floor(Date.now() / 1_000) - 1_000]);
  await bitcoind.generate(12);
  await bitcoind.rpc('setmocktime', [0]);
  return bitcoind;
}

function warnings({ log }: Auditor) {
  return log.lines.filter(({ level }) => level === 'warn');
}

/** All blocks that `from` has and `to` has not. */
async function hand(from: RegtestBitcoind, to: RegtestBitcoind): Promise<void> {
  const [last, first] = await Promise.all([from, to].map((node) => node.rpc<number>('getblockcount')));
  for (let height = first! + 1; height <= last!; height++) {
    const hash = await from.rpc<string>('getblockhash', [height]);
    await to.rpc('submitblock', [await from.rpc<string>('getblock', [hash, 0])]);
  }
}

describe('a node that audits with what it saw itself', () => {
  it('36: suspects a value that no fees of that height explain, also after a restart, and not of a height it missed', async () => {
    const bitcoind = await startBitcoind();
    const coin = await anyonesCoin(bitcoind);
    const folder = await temporaryFolder();
    const auditor = await Auditor.start(bitcoind, { folder });
    await auditor.next();
    await spend(bitcoind, coin, FEES);
    const { template } = await auditor.tip(({ feesSats }) => feesSats === FEES);
    expect(template.coinbaseValueSats).toBe(SUBSIDY + FEES);
    const honest = workedOn({ on: [template] });
    const most = workedOn({ on: [valued(template, SUBSIDY + MOST_FEES)] });
    const stolen = workedOn({ on: [valued(template, SUBSIDY + MOST_FEES + 1n)] });
    // While the height is open there may be more to come.
    expect(seen(await auditor.audit(stolen))).toEqual(['valid']);
    await auditor.next();
    expect(seen(await auditor.audit(honest))).toEqual(['valid']);
    expect(seen(await auditor.audit(most))).toEqual(['valid']);
    expect(seen(await auditor.audit(stolen))).toEqual(['valid', 36]);
    expect(await auditor.metrics.text()).toContain(
      'orcapool_audit_suspects_total{check="coinbase-fees"} 1\n',
    );
    expect(warnings(auditor)).toMatchObject([
      {
        message: 'a submission is suspect; no vote goes by it',
        fields: { round: 0n, check: 36, name: 'coinbase-fees', evidence: { shape: '0' } },
      },
    ]);

    await auditor.stop();
    const again = await Auditor.start(bitcoind, { folder });
    expect(seen(await again.audit(honest))).toEqual(['valid']);
    expect(seen(await again.audit(stolen))).toEqual(['valid', 36]);
    // Begun before the restart, so nobody knows what there was to earn at first.
    const missed = (await again.tip()).template;
    const more = workedOn({ on: [valued(missed, SUBSIDY + 2n * MOST_FEES)] });
    await again.next();
    const report = await again.audit(more);
    expect([seen(report), outcomes(report)[0]]).toEqual([['valid'], 'skipped']);
  }, 60_000);

  it('36: says nothing of heights that a time without bitcoind falls into', async () => {
    const bitcoind = await startedUp();
    const auditor = await Auditor.start(bitcoind, { folder: await temporaryFolder() });
    const before = await auditor.next();
    await bitcoind.stop();
    await auditor.untilLost();
    await bitcoind.restart();
    await auditor.tip();
    const after = await auditor.next();
    await auditor.next();
    for (const [{ template }, ...expected] of [
      [before, 'skipped', 'valid'],
      [after, 'suspect', 'valid', 36],
    ] as const) {
      const stolen = workedOn({ on: [valued(template, SUBSIDY + MOST_FEES)] });
      const report = await auditor.audit(stolen);
      expect([outcomes(report)[0], ...seen(report)]).toEqual(expected);
    }
  }, 60_000);

  it('36: believes fees that the block of that height took, though this node never had them in its mempool', async () => {
    const claimants = await startBitcoind();
    const coin = await anyonesCoin(claimants);
    const bitcoind = await startBitcoind();
    await hand(claimants, bitcoind);
    const auditor = await Auditor.start(bitcoind, { folder: await temporaryFolder() });
    await claimants.generate(1);
    await hand(claimants, bitcoind);
    await auditor.tip();
    await spend(claimants, coin, FEES);
    const raw = await claimants.rpc<RawTemplate>('getblocktemplate', [{ rules: ['segwit'] }]);
    const { template } = digestTemplate(raw);
    expect((await auditor.tip()).template).toMatchObject({ height: template.height, feesSats: 0n });
    const honest = workedOn({ on: [template] });
    expect(seen(await auditor.audit(honest))).toEqual(['valid']);
    await claimants.generate(1);
    await hand(claimants, bitcoind);
    await auditor.tip();
    const report = await auditor.audit(honest);
    expect([seen(report), outcomes(report)[0]]).toEqual([['valid'], 'passed']);
  }, 60_000);

  it('37: suspects shares of a tip that this node had long seen replaced, also after a restart', async () => {
    const bitcoind = await startedUp();
    const folder = await temporaryFolder();
    const auditor = await Auditor.start(bitcoind, { folder });
    const { template } = await auditor.next();
    const { takenMs } = await auditor.next();
    const replaced = Math.floor(takenMs / 1_000);
    const until = (seconds: number) =>
      workedOn({ on: [template], time: (share) => (share === 7 ? seconds : template.curTime) });
    const [honest, late] = [until(replaced + 300), until(replaced + 301)];
    expect(seen(await auditor.audit(honest))).toEqual(['valid']);
    expect(seen(await auditor.audit(late))).toEqual(['valid', 37]);
    await auditor.stop();
    const again = await Auditor.start(bitcoind, { folder });
    expect(seen(await again.audit(honest))).toEqual(['valid']);
    expect(seen(await again.audit(late))).toEqual(['valid', 37]);
    await again.stop();
    const stranger = await Auditor.start(bitcoind, { folder: await temporaryFolder() });
    const report = await stranger.audit(late);
    expect([seen(report), outcomes(report)[1]]).toEqual([['valid'], 'skipped']);
  }, 60_000);

  it('38: suspects a block that was kept back, and none that lost its race, heard of or not', async () => {
    const bitcoind = await startedUp();
    const auditor = await Auditor.start(bitcoind, { folder: await temporaryFolder(), network: WITH_BLOCKS });
    const fed = await auditor.next();
    const on = [fed.template];
    const early = workedOn({ on, shares: 6, keep: isBlock, time: () => fed.template.curTime - 300 });
    const late = workedOn({ on, shares: 6, keep: isBlock });
    const [withheld, ...told] = blocksOf(early, WITH_BLOCKS);
    expect([told.length, blocksOf(late, WITH_BLOCKS).length]).toEqual([5, 6]);
    // Nobody found that height yet, so that a block may still be on its way.
    expect(seen(await auditor.audit(early))).toEqual(['valid']);
    // All upon one block: the first is the best, each of the others has lost.
    for (const block of told) await publish(bitcoind, block, fed);
    expect(await bitcoind.rpc('getchaintips')).toHaveLength(5);
    await auditor.tip();
    const report = await auditor.audit(early);
    expect(seen(report)).toEqual(['valid', 38]);
    expect(report.suspects[0]!.evidence).toMatchObject({ found: toDisplayHex(withheld!.hash) });
    // Two shares each of 2, 4 and 8 hashes: 28 of 64.
    expect(report.blocks).toEqual({ expected: 0.4375, found: 5 });
    const raced = await auditor.audit(late);
    expect([seen(raced), outcomes(raced)[2]]).toEqual([['valid'], 'passed']);
    await publish(bitcoind, withheld!, fed);
    expect(seen(await auditor.audit(early))).toEqual(['valid']);
  }, 60_000);

  it('39: suspects a node whose work should have found seven blocks by now, over its rounds', async () => {
    const bitcoind = await startedUp();
    const folder = await temporaryFolder();
    const auditor = await Auditor.start(bitcoind, { folder, network: WITH_BLOCKS });
    const fed = await auditor.next();
    const binding = { ...BINDING, nodeKey: bytesOf('a node that keeps its blocks back') };
    const keep = (hash: Uint8Array): boolean => !isBlock(hash);
    // Twenty shares each of 2, 4 and 8 hashes, 280 in all: 4.375 blocks of 64.
    const rounds = [0n, 1n].map((round) =>
      workedOn({ on: [fed.template], shares: 60, round, binding, keep }),
    );
    const first = await auditor.audit(rounds[0]!, binding.nodeKey);
    expect(seen(first)).toEqual(['valid']);
    // The height is still open, so nothing is said of its blocks.
    expect(first.blocks).toBeNull();
    await auditor.next();
    const again = await auditor.audit(rounds[0]!, binding.nodeKey);
    expect([seen(again), again.blocks]).toEqual([['valid'], { expected: 4.375, found: 0 }]);
    // e^−8.75 = 0.00016.
    expect(seen(await auditor.audit(rounds[1]!, binding.nodeKey))).toEqual(['valid', 39]);
    await auditor.stop();
    const restarted = await Auditor.start(bitcoind, { folder, network: WITH_BLOCKS });
    expect(seen(await restarted.audit(rounds[1]!, binding.nodeKey))).toEqual(['valid', 39]);
    // Another's rounds are its own.
    expect(seen(await restarted.audit(workedOn({ on: [fed.template], shares: 4 })))).toEqual(['valid']);
  }, 60_000);

  it('suspects nothing of an honest claim through a race of tips, with its own blocks, fees and a restart', async () => {
    const bitcoind = await startBitcoind();
    const coin = await anyonesCoin(bitcoind);
    const folder = await temporaryFolder();
    const auditor = await Auditor.start(bitcoind, { folder, network: WITH_BLOCKS });
    const onParent = await auditor.next();
    await spend(bitcoind, coin, FEES);
    const withFees = await auditor.tip(({ feesSats }) => feesSats === FEES);
    const onLost = await auditor.next();
    const lost = toDisplayHex(onLost.template.prevHash);
    await bitcoind.rpc('invalidateblock', [lost]);
    await bitcoind.generate(1, ELSEWHERE);
    const onWinner = await auditor.tip();
    const own = workedOn({
      on: [onParent.template, withFees.template, onLost.template],
      shares: 9,
      keep: isBlock,
    });
    // A template's transactions are those of the template upon the same block with the same branch.
    for (const block of blocksOf(own, WITH_BLOCKS)) {
      const fed = [onParent, withFees, onLost].find(
        ({ template }) =>
          toDisplayHex(template.prevHash) === toDisplayHex(block.job.template.prevHash) &&
          template.branch.length === block.job.template.branch.length,
      );
      await bitcoind.rpc('reconsiderblock', [lost]);
      await publish(bitcoind, block, fed!);
    }
    await auditor.next();
    await auditor.stop();
    const restarted = await Auditor.start(bitcoind, { folder, network: WITH_BLOCKS });
    const { template } = await restarted.next();
    await restarted.next();
    for (const on of [[onParent, withFees, onLost].map((fed) => fed.template), [template]]) {
      const report = await restarted.audit(on.length === 1 ? workedOn({ on, shares: 4 }) : own);
      expect(seen(report)).toEqual(['valid']);
      expect(outcomes(report)[3]).toBe('passed');
    }
    expect(onWinner.template.height).toBe(onLost.template.height);
    expect(warnings(restarted)).toEqual([]);
  }, 60_000);
});
