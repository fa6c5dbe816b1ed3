/**
 * What this node itself saw of the chain while it made work of it: how much there was to earn at a height, and when a
 * block came above another. Fed with the templates that were announced; an auditor compares other nodes' claims with
 * it, so it says only what it watched from end to end:
 *
 *     fees       of a height whose previous block it saw arrive, and whose next block too. The most of any template in
 *                between; empty work has no fees and is not counted.
 *     replaced   a previous block that it worked on until it saw a higher one. One that becomes the tip again, because
 *                what was above it is not valid or was outdone, is not replaced any more.
 *
 * A start and a time without work are gaps. Both facts reach back 2,016 heights.
 */
import { z } from 'zod';
import { CodedError, errorMessage, toDisplayHex } from '../lib/index.js';
import type { BlockTemplate } from '../mining/index.js';
import type { FedTemplate } from './fed-template.js';

export class SightingsError extends CodedError<'SIGHTINGS_UNREADABLE'> {}

const KEPT_HEIGHTS = 2_016;

interface Replaced {
  readonly height: number;
  /** By this node's clock. */
  readonly seconds: number;
}

/** The previous block that work is on at present. */
interface Watch {
  readonly prevHash: string;
  /** Of the block to be found upon it. */
  readonly height: number;
  /** Whether this node saw it arrive. */
  readonly isWhole: boolean;
  /** Null while there was only empty work. */
  feesSats: bigint | null;
}

const stored = z.strictObject({
  fees: z.array(z.tuple([z.int().nonnegative(), z.string().regex(/^\d{1,20}$/)])),
  replaced: z.array(z.tuple([z.string().regex(/^[0-9a-f]{64}$/), z.int().nonnegative(), z.int()])),
});

export class Sightings {
  private readonly fees = new Map<number, bigint>();
  /** By previous block, in display order; the height is that of the block upon it. */
  private readonly replaced = new Map<string, Replaced>();
  private watch: Watch | null = null;

  /** What `encode` wrote; the time since then is a gap. Throws `SightingsError`. */
  static decode(text: string): Sightings {
    const sightings = new Sightings();
    try {
      const { fees, replaced } = stored.parse(JSON.parse(text));
      for (const [height, feesSats] of fees) sightings.fees.set(height, BigInt(feesSats));
      for (const [prevHash, height, seconds] of replaced)
        sightings.replaced.set(prevHash, { height, seconds });
    } catch (error) {
      throw new SightingsError('SIGHTINGS_UNREADABLE', `no sightings: ${errorMessage(error)}`, {}, error);
    }
    return sightings;
  }

  /** Without what is still being watched. */
  encode(): string {
    const fees = [...this.fees].map(([height, feesSats]) => [height, String(feesSats)]);
    const replaced = [...this.replaced].map(([hash, { height, seconds }]) => [hash, height, seconds]);
    return `${JSON.stringify({ fees, replaced })}\n`;
  }

  /** True when this has settled something that `encode` tells. */
  see({
    template,
    isEmptyFirst,
    takenMs,
  }: Pick<FedTemplate, 'template' | 'isEmptyFirst' | 'takenMs'>): boolean {
    const { watch } = this;
    const prevHash = toDisplayHex(template.prevHash);
    const feesSats = isEmptyFirst ? null : template.feesSats;
    if (watch?.prevHash === prevHash) {
      watch.feesSats = most(watch.feesSats, feesSats);
      return false;
    }
    this.watch = { prevHash, height: template.height, ...this.begun(watch, template, feesSats) };
    const isBack = this.replaced.delete(prevHash);
    if (watch === null || template.height <= watch.height) return isBack;
    this.settle(watch, Math.floor(takenMs / 1000));
    return true;
  }

  /** No work can be made: what comes meanwhile is not seen. */
  lose(): void {
    this.watch = null;
  }

  /** By height: the most fees that this node's templates had. No entry where it did not watch, or it is not over. */
  bestFeesSats(): Map<number, bigint> {
    return new Map(this.fees);
  }

  /** By previous block, in display order: when this node first saw a block above it, in seconds. */
  replacedAt(): Map<string, number> {
    return new Map([...this.replaced].map(([hash, { seconds }]) => [hash, seconds]));
  }

  /** Another block of the same height changes nothing about what there is to earn at it. */
  private begun(
    before: Watch | null,
    { height }: BlockTemplate,
    feesSats: bigint | null,
  ): Pick<Watch, 'isWhole' | 'feesSats'> {
    if (before?.height !== height) return { isWhole: before !== null, feesSats };
    return { isWhole: before.isWhole, feesSats: most(before.feesSats, feesSats) };
  }

  private settle({ prevHash, height, isWhole, feesSats }: Watch, seconds: number): void {
    this.replaced.set(prevHash, { height, seconds });
    const fees = most(feesSats, this.fees.get(height) ?? null);
    if (isWhole && fees !== null) this.fees.set(height, fees);
    for (const seen of this.fees.keys()) if (seen <= height - KEPT_HEIGHTS) this.fees.delete(seen);
    for (const [hash, seen] of this.replaced) {
      if (seen.height <= height - KEPT_HEIGHTS) this.replaced.delete(hash);
    }
  }
}

function most(one: bigint | null, other: bigint | null): bigint | null {
  if (one === null || other === null) return one ?? other;
  return one > other ? one : other;
}
