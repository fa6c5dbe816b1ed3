/**
 * Every setting of Orcapool: one zod schema, from which follow the environment names, the checks, the messages
 * and `docs/configuration.md`. Values that differ by network live in the preset files of the top-level
 * `config/` folder. A setting is here only because two real operators would set it differently.
 */
import { z } from 'zod';
import type { NetworkName } from '../bitcoin/index.js';
import { optional, required, type SettingFacts, settingFacts, withDefault } from './setting.js';
import * as kinds from './setting-kinds.js';

export const NETWORK_NAMES: readonly NetworkName[] = ['mainnet', 'testnet4', 'signet', 'regtest'];

const bitcoin = z.object({
  rpcUrl: required(kinds.listOrNone('http:// URLs, the preferred node first, or none', kinds.rpcUrl), {
    about:
      'RPC address of each bitcoind, in order of priority; a URL may carry `user:password@`, which goes before the other credentials. `none`, with `pool.roundsFrom: task` only: the node audits what needs no chain and turns miners away.',
    secret: 'userinfo',
  }),
  rpcUser: optional(kinds.anyText, {
    about: 'RPC user for the nodes whose URL carries none; needs `bitcoin.rpcPassword`.',
  }),
  rpcPassword: optional(kinds.anyText, { about: 'RPC password of `bitcoin.rpcUser`.', secret: 'whole' }),
  cookieFile: required(kinds.listOf('file paths, one for all nodes or one for each', kinds.path), {
    about:
      'Cookie file bitcoind writes for local callers, used where neither the URL nor `bitcoin.rpcUser` gives credentials.',
  }),
  zmqHashBlock: optional(
    kinds.listOf('tcp:// addresses, one for each node, - for a node without', kinds.zmqAddress),
    {
      about:
        "Each node's `-zmqpubhashblock` address; without it new blocks are still seen by long-poll and polling.",
    },
  ),
  pollMs: withDefault(kinds.wholeNumber(100, 60_000), '1000', {
    about: 'How often each node is asked for its tip, beside ZMQ and long-poll.',
    unit: 'ms',
  }),
  refreshSeconds: withDefault(kinds.wholeNumber(5, 600), '25', {
    about:
      'How old a template may get before miners receive one with newer transactions. After half a minute each hears of its work again anyway.',
    unit: 's',
  }),
  emptyFirst: withDefault(kinds.yesNo, 'false', {
    about:
      'On a new block, give miners work without transactions at once, and with them as soon as bitcoind has chosen any. It saves them from working on an old block meanwhile, and costs the fees of a block found in that moment. Where the next difficulty is not known from the block alone (every 2016 blocks, and on testnet4) nothing changes.',
  }),
  checkpoint: optional(kinds.checkpoint, {
    about: 'One more block that must be in the chain, beside the built-in one, before any node is trusted.',
  }),
});

const stratum = z.object({
  host: withDefault(kinds.host, '0.0.0.0', { about: 'Address on which miners are accepted.' }),
  port: withDefault(kinds.port, '34255', { about: 'Port on which miners are accepted.' }),
  listeners: withDefault(kinds.wholeNumber(0, 256), '0', {
    about:
      'Listener processes; 0 takes one per core, or more where `stratum.maxConnections` does not fit their file descriptors.',
  }),
  startDifficulty: required(kinds.decimal(1e-9, 1e12), {
    about: 'Difficulty of a connection until its speed is known.',
  }),
  minDifficulty: required(kinds.decimal(1e-9, 1e12), {
    about: 'The lowest difficulty a connection is given, also on request.',
  }),
  maxDifficulty: withDefault(kinds.decimal(1e-9, 1e12), '1e9', {
    about: 'The highest difficulty a connection is given.',
  }),
  shareIntervalSeconds: required(kinds.decimal(0.1, 600), {
    about: 'Time between two shares of one connection that the difficulty is steered to.',
    unit: 's',
  }),
  versionMask: withDefault(kinds.versionMask, '1fffe000', {
    about: 'Version bits miners may roll (BIP310), of those that BIP320 has for mining.',
  }),
  maxConnections: required(kinds.wholeNumber(1, 1_000_000), {
    about: 'Miners connected at the same time; `orcapool doctor` says whether the file descriptors suffice.',
  }),
  strangersPerAddress: withDefault(kinds.wholeNumber(1, 1_000_000), '128', {
    about:
      'Connections that do not yet work as a miner does, of one address; with its accepted work it may have more.',
  }),
  banSeconds: withDefault(kinds.wholeNumber(0, 86_400), '600', {
    about:
      'The longest time for which an address that proves no work and does harm is kept out; 0 keeps nobody out.',
    unit: 's',
  }),
  loginSeconds: withDefault(kinds.wholeNumber(10, 3600), '60', {
    about: 'Time to subscribe and log in; ten seconds while the room for strangers is nearly taken.',
    unit: 's',
  }),
  silenceSeconds: withDefault(kinds.wholeNumber(600, 86_400), '7200', {
    about:
      'How long a connection with an accepted share may say nothing, such as a heater’s that its thermostat has turned off; one without has half of it.',
    unit: 's',
  }),
  pendingMebibytes: withDefault(kinds.wholeNumber(16, 65_536), '256', {
    about:
      'What miners have sent and not been answered, or not read, may take so much on the whole node; each listener has an equal part of it. What ended sessions keep for miners that come back may take a quarter as much besides.',
    unit: 'MiB',
  }),
  highPort: optional(kinds.port, {
    about: 'A second port for large miners and rented hashrate, which begins at `stratum.highDifficulty`.',
  }),
  highDifficulty: withDefault(kinds.decimal(1e-9, 1e12), '1e6', {
    about: 'Difficulty at which a connection on `stratum.highPort` begins.',
  }),
  highMinDifficulty: optional(kinds.decimal(1e-9, 1e12), {
    about:
      'The lowest difficulty on `stratum.highPort`, also on request; while unset, `stratum.highDifficulty` is.',
  }),
  tlsCertificate: optional(kinds.path, {
    about:
      'PEM file with the certificate and those up to the root; with it the ports take TLS as well, told by the first byte. Read again when it is renewed.',
  }),
  tlsKey: optional(kinds.path, { about: 'PEM file with the key of `stratum.tlsCertificate`.' }),
  trustedProxies: optional(kinds.listOf('IP addresses or networks', kinds.ipNetwork), {
    about:
      'Proxies whose PROXY protocol header (version 1 or 2) names the miner’s address; nobody else’s is taken.',
  }),
  unlimitedAddresses: optional(kinds.listOf('IP addresses', kinds.ipAddress), {
    about:
      'Addresses to which no limit applies, such as that of a relay in front of the pool; an IPv6 address stands for its /64.',
  }),
});

const http = z.object({
  host: withDefault(kinds.host, '127.0.0.1', {
    about: 'Address of the HTTP interface; the container listens on every address.',
  }),
  port: withDefault(kinds.port, '8080', { about: 'Port of the HTTP interface.' }),
  token: optional(kinds.anyText, {
    about: 'What the platform sends as `x-task-token`; while unset, calls that need it are refused.',
    secret: 'whole',
  }),
});

const pool = z.object({
  mode: withDefault(kinds.choice('pool', 'solo'), 'pool', {
    about:
      '`pool`: blocks pay the reserve and shares are committed to; `solo`: a block pays the miner that found it.',
  }),
  roundsFrom: withDefault(kinds.choice('clock', 'task'), 'clock', {
    about:
      "`clock`: rounds go by this machine's clock and the settings below; `task`: by what a Koii task posts to `/task/:round`, which has to agree with those of the settings below that are set.",
  }),
  tag: withDefault(kinds.ascii(20), 'Orcapool', { about: 'Text written into the coinbase.' }),
  reserveAddress: optional(kinds.bitcoinAddress, {
    about: 'Where blocks pay; needed in `pool` mode by the clock (localnet brings its own).',
  }),
  taskId: optional(kinds.key32, {
    about:
      'The Koii task the shares belong to; needed in `pool` mode by the clock (localnet brings its own).',
  }),
  nodeKey: optional(kinds.key32, {
    about:
      "This node's K2 staking key, public; needed in `pool` mode by the clock (localnet brings its own).",
  }),
  seed: withDefault(kinds.hex32, '0'.repeat(64), { about: 'Round seed that shares commit to.' }),
  roundSeconds: required(kinds.wholeNumber(10, 86_400), { about: 'Length of a round.', unit: 's' }),
  roundGenesis: withDefault(kinds.instant, '2026-01-01T00:00:00Z', {
    about: 'When round 0 begins; every node of a task has the same.',
  }),
});

const shares = z.object({
  retentionDays: withDefault(kinds.wholeNumber(1, 3650), '30', {
    about: 'How long shares stay in the log.',
    unit: 'days',
  }),
});

const claims = z.object({
  gateways: optional(kinds.listOf('URLs with {cid} in them, the preferred one first', kinds.gatewayUrl), {
    about:
      'IPFS gateways, or other places, where audited packages are looked for by their CID; they have to give the whole CAR. Public ones promise nothing, so put one of your own before them: an auditor that nobody answers abstains.',
    secret: 'userinfo',
  }),
});

const log = z.object({
  level: withDefault(kinds.choice('debug', 'info', 'warn', 'error'), 'info', {
    about: 'The least severe log lines that are written.',
  }),
  pretty: required(kinds.yesNo, {
    about: 'Log lines for people instead of JSON, when a terminal reads them.',
  }),
});

export const configSchema = z.object({
  network: required(kinds.choice(...NETWORK_NAMES), {
    about: 'The Bitcoin network, and with it the preset everything else starts from.',
  }),
  datadir: required(kinds.path, {
    about: 'Folder for the share log, found blocks and templates; relative to where Orcapool is started.',
  }),
  bitcoin,
  stratum,
  http,
  pool,
  shares,
  claims,
  log,
});

export type Settings = z.output<typeof configSchema>;

/** The settings that passed, while others did not. */
export type PartialSettings = {
  [Key in keyof Settings]?: Settings[Key] extends string ? Settings[Key] : Partial<Settings[Key]>;
};

export interface Setting extends SettingFacts {
  /** As YAML and `--set` name it: `http.port`. */
  readonly key: string;
  /** Null for the settings outside every section. */
  readonly section: string | null;
  readonly name: string;
  /** `ORCAPOOL_HTTP_PORT`. */
  readonly env: string;
  readonly schema: z.ZodType;
}

function toSetting(section: string | null, name: string, schema: z.ZodType): Setting {
  const facts = settingFacts.get(schema);
  if (facts === undefined) throw new Error(`setting ${name} has no description`);
  const key = section === null ? name : `${section}.${name}`;
  return { ...facts, key, section, name, env: `ORCAPOOL_${key.replace('.', '_').toUpperCase()}`, schema };
}

function flatten(): Setting[] {
  const settings: Setting[] = [];
  for (const [name, schema] of Object.entries(configSchema.shape)) {
    if (!(schema instanceof z.ZodObject)) settings.push(toSetting(null, name, schema));
    else for (const [key, inner] of Object.entries(schema.shape)) settings.push(toSetting(name, key, inner));
  }
  return settings;
}

/** Every setting, in the order of the guide. */
export const SETTINGS: readonly Setting[] = flatten();
export const SETTING_BY_KEY: ReadonlyMap<string, Setting> = new Map(SETTINGS.map((s) => [s.key, s]));
