/**
 * What the pool does on this machine. Not part of `npm test`; a quarter of an hour for all of it:
 *
 *     npm run bench [-- [--json file] [--plot file.svg] [--folder where] [bench...]]
 *
 * `--folder`: measures the disk it lies on instead of the one of the system's temporary files.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchAudit } from './audit.js';
import { benchCheckShare } from './check-share.js';
import { benchClaims } from './claims.js';
import { benchDigestTemplate } from './digest-template.js';
import { benchDiskSync } from './disk-sync.js';
import { benchGrowth } from './growth.js';
import { benchHostile } from './hostile.js';
import { benchKills } from './kills.js';
import { describeMachine, machineText, othersCores } from './machine.js';
import type { Measurement } from './measurement.js';
import { benchNonceScanner } from './nonce-scanner.js';
import { plotGrowth } from './plot-growth.js';
import { benchShareHash } from './share-hash.js';
import { benchShareLog } from './share-log.js';
import { benchSlowFsync } from './slow-fsync.js';
import { benchSpine } from './spine.js';
import { table } from './table.js';
import { benchHeld, benchPaced, benchReconnect, benchSaturated, benchTip } from './whole-pool.js';

type Bench = (folder: string) => Measurement[] | Promise<Measurement[]>;

const BENCHES: Readonly<Record<string, Bench>> = {
  disk: benchDiskSync,
  'share-hash': benchShareHash,
  'check-share': benchCheckShare,
  claims: benchClaims,
  audit: benchAudit,
  'digest-template': benchDigestTemplate,
  'nonce-scanner': benchNonceScanner,
  'share-log': benchShareLog,
  spine: benchSpine,
  saturated: benchSaturated,
  paced: benchPaced,
  'slow-fsync': benchSlowFsync,
  tip: benchTip,
  reconnect: benchReconnect,
  held: benchHeld,
  growth: benchGrowth,
  hostile: benchHostile,
  kills: benchKills,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'string' },
    plot: { type: 'string' },
    folder: { type: 'string', default: tmpdir() },
  },
});
const chosen = positionals.length === 0 ? Object.keys(BENCHES) : positionals;
const unknown = chosen.find((name) => !Object.hasOwn(BENCHES, name));
if (unknown !== undefined) {
  console.error(`there is no bench "${unknown}"; there are: ${Object.keys(BENCHES).join(', ')}`);
  process.exit(2);
}

const machine = describeMachine(values.folder);
console.log(machineText(machine));
const measurements: Measurement[] = [];
const startMs = performance.now();
const othersBefore = await othersCores();
for (const name of chosen) {
  const folder = mkdtempSync(join(values.folder, 'orcapool-bench-'));
  try {
    measurements.push(...(await BENCHES[name]!(folder)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
const othersAfter = await othersCores();
const tookSeconds = (performance.now() - startMs) / 1000;
console.log(
  `\n${table(measurements)}\n\nmeasured in ${tookSeconds.toFixed(0)} s; ` +
    `other programs kept ${othersBefore.toFixed(2)} cores busy just before, ${othersAfter.toFixed(2)} just after`,
);
if (values.json !== undefined) {
  writeFileSync(
    values.json,
    `${JSON.stringify({ machine, othersBefore, othersAfter, tookSeconds, measurements }, null, 2)}\n`,
  );
}
const plot = values.plot === undefined ? null : plotGrowth(measurements);
if (values.plot !== undefined && plot !== null) writeFileSync(values.plot, plot);
