/** What a node that cheats can see when it submits: the chain as everybody does, the storage, its own key. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CheatGround } from './cheats.js';
import type { StakingWallet } from './staking-wallet.js';
import type { StoredArchives } from './stored-archives.js';
import type { TaskAccount } from './task-account.js';

/** For somebody else to submit. */
const PATIENCE_MS = 10_000;
const POLL_MS = 100;

export function cheatGround(
  account: TaskAccount,
  { address, publicKey }: StakingWallet,
  storage: StoredArchives,
  round: number,
): CheatGround {
  const own = (of: number): string | null =>
    account.submissionsOf(of)[address]?.submission_value.trimEnd() ?? null;
  return {
    storage,
    nodeKey: publicKey,
    before: own(round - 1),
    others: async () => {
      const deadlineMs = Date.now() + PATIENCE_MS;
      for (;;) {
        const theirs = Object.entries(account.submissionsOf(round))
          .filter(([key, { submission_value }]) => key !== address && !submission_value.includes('|idle|'))
          .map(([, { submission_value }]) => submission_value.trimEnd());
        if (theirs.length > 0 || Date.now() > deadlineMs) return theirs;
        await sleep(POLL_MS);
      }
    },
  };
}
