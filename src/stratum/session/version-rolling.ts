/** Which version bits one miner may roll, as far as it was agreed, and as far as the miner was told. */
import type { Solution } from './solution.js';

export class VersionRolling {
  /** Agreed; 0 before or without negotiation. */
  mask = 0;
  /** What the miner asked for in that negotiation. */
  minerMask = 0;
  /** What `mining.set_version_mask` last told; configure's answer does not count, see `configure.ts`. */
  private told = 0;

  /** `poolMask`: the most that any miner may roll. */
  constructor(private readonly poolMask: number) {}

  /** The miner asks for these. */
  negotiate(minerMask: number): void {
    this.minerMask = minerMask;
    this.mask = (this.poolMask & minerMask) >>> 0;
  }

  /** As an earlier session had agreed it, where this one did not agree anything itself. */
  goOn({ mask, minerMask }: Pick<VersionRolling, 'mask' | 'minerMask'>): void {
    if (this.minerMask !== 0) return;
    this.mask = mask;
    this.minerMask = minerMask;
  }

  /** The mask when the miner must be told it with its next job; counts as told. */
  takeUntold(): number | null {
    if (this.told === this.mask) return null;
    this.told = this.mask;
    return this.mask;
  }

  /**
   * Which bits of a share may differ from the job's. Some proxies negotiate for their miners and not with the pool, so
   * bits that come without any negotiation are those of the pool's mask: the hash shows whether they were really hashed.
   */
  maskOf({ versionBits }: Solution): number {
    return this.minerMask === 0 && versionBits !== null ? this.poolMask : this.mask;
  }
}
