/** The published vectors of the claim format, as their files have them. */
import { readVectors } from '../../read-vectors.js';

interface Named {
  readonly name: string;
}

interface TrieVector extends Named {
  /** Key and work. */
  readonly leaves: readonly (readonly [string, string])[];
}

export const TRIES = readVectors<{
  readonly tries: readonly (TrieVector & {
    readonly hash: string;
    readonly sum: string;
    readonly count: string;
  })[];
  readonly refused: readonly TrieVector[];
}>('claims/tries');

export const CLAIMS = readVectors<{
  readonly claims: readonly (Readonly<
    Record<'task' | 'nodekey' | 'reserve_hash' | 'seed' | 'top' | 'tables_hash' | 'root', string>
  > & {
    readonly tier: number;
    readonly miners: number;
    readonly round: string;
    readonly total: string;
    readonly count: string;
  })[];
}>('claims/claims');

export const DRAW_LISTS = readVectors<{
  readonly draws: readonly {
    readonly root: string;
    readonly beacon: string;
    readonly total: string;
    readonly draws: readonly string[];
  }[];
}>('claims/draws');

export const SUBMISSIONS = readVectors<{
  readonly accepted: readonly {
    readonly text: string;
    readonly fields: Readonly<Record<string, string | null>>;
  }[];
  readonly refused: readonly (Named & { readonly text: string })[];
}>('claims/submissions');

interface HeldVector extends Named {
  readonly held: string;
  readonly submission: string;
}

export const RECEIPTS = readVectors<{
  readonly receipt: string;
  readonly fields: Readonly<
    Record<'taskId' | 'nodeKey' | 'round' | 'minerId' | 'shareHash' | 'signature', string> & { bits: number }
  >;
  readonly appointment: Readonly<
    Record<'taskId' | 'nodeKey' | 'receiptKey' | 'fromRound' | 'message', string>
  >;
  readonly refused: readonly string[];
  /** Receipt, appointment and proof, with what the node key submitted. */
  readonly held: readonly (HeldVector & { readonly kept: boolean })[];
  readonly refusedHeld: readonly HeldVector[];
}>('claims/receipts');

export const PACKAGES = readVectors<{
  readonly accepted: readonly (Named & {
    readonly network: 'regtest';
    readonly package: string;
    readonly root: string;
    readonly cid: string;
    readonly total: string;
    readonly count: string;
    readonly miners: readonly Readonly<Record<'id' | 'count' | 'work' | 'root', string>>[];
  })[];
  readonly refused: readonly (Named & { readonly fault: string; readonly package: string })[];
}>('claims/packages');

interface MembershipVector extends Named {
  readonly root: string;
  readonly proof: string;
  readonly miner: string;
  readonly share: string | null;
}

export const MEMBERSHIPS = readVectors<{
  readonly proofs: readonly (MembershipVector & {
    /** Count, work, share root. */
    readonly row: readonly [string, string, string] | null;
    readonly work: string | null;
  })[];
  readonly refused: readonly MembershipVector[];
}>('claims/memberships');
