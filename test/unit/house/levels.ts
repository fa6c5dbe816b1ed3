/** The rooms of docs/design.md by level. A room imports only the index of rooms on lower levels. */

export const LEVEL_OF_ROOM: Readonly<Record<string, number>> = {
  lib: 0,
  events: 0,
  metrics: 0,
  bitcoin: 1,
  disk: 1,
  mining: 2,
  rounds: 3,
  rewards: 3,
  audit: 4,
  bitcoind: 5,
  k2: 5,
  stratum: 6,
  shares: 6,
  claims: 6,
  packages: 6,
  ledger: 6,
  backup: 7,
  miner: 7,
  treasury: 7,
  custody: 7,
  http: 8,
  cli: 8,
  localnet: 8,
  config: 9,
  roles: 10,
  'main.ts': 11,
};

/** Data in, data out: these run in a browser and in Koii's Node 18 as they are. */
export const PURE_ROOMS: readonly string[] = ['lib', 'bitcoin', 'mining', 'rounds', 'rewards', 'audit'];

/** Files of a pure room that may use one core module: the implementations behind `#sha256`. */
export const IMPURE_FILES: readonly string[] = ['lib/sha256/add-on.ts', 'lib/sha256/node.ts'];

/** Imported only when it runs, so that its packages need not be installed in production. */
export const LAZY_ROOM = 'localnet';
