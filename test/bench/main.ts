/**
 * What the pool does on this machine. Not part of `npm test`; `npm run bench -- --help` says how it is asked. `--folder`:
 * measures the disk it lies on instead of the one of the system's temporary files. `--page` writes into the places that a page
 * has for figures (`page.ts`). `--profile`: with a profiler that takes part of the time itself. `--port`: `other-port.ts`.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { errorMessage } from '../../src/lib/index.js';
import { benchAudit } from './audit.js';
import { benchCheckShare } from './check-share.js';
import { benchClaims } from './claims.js';
import { benchDigestTemplate } from './digest-template.js';
import { benchDiskSync } from './disk-sync.js';
import { type Findings, readFindings } from './findings.js';
import { benchGrowth } from './growth.js';
import { benchHeld } from './held.js';
import { benchHostile } from './hostile.js';
import { benchKilled } from './killed.js';
import { benchKills } from './kills.js';
import { PER_ADDRESS } from './load/source-addresses.js';
import { coreTime, describeMachine, machineText, othersCores, stolenPart } from './machine.js';
import { benchNonceScanner } from './nonce-scanner.js';
import { benchOtherPort, type OtherPort, parsePort } from './other-port.js';
import { benchPaced } from './paced.js';
import { writePage } from './page.js';
import { plotGrowth } from './plot-growth.js';
import { benchPod } from './pod.js';
import { benchReconnect } from './reconnect.js';
import { type Bench, failuresText, runBenches } from './run-benches.js';
import { benchSaturated } from './saturated.js';
import { FULL, QUICK } from './scale.js';
import { benchShareHash } from './share-hash.js';
import { benchShareLog } from './share-log.js';
import { benchSlowFsync } from './slow-fsync.js';
import { benchSpine } from './spine.js';
import { table } from './table.js';
import { benchTip } from './tip.js';
import { measureYardstick, type Yardstick, yardstickText } from './yardstick.js';

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
  pod: benchPod,
  hostile: benchHostile,
  killed: benchKilled,
  kills: benchKills,
};

const USAGE = `npm run bench -- [options] [bench...]      measures; all of them without a name, which takes half an hour
npm run bench -- --from file.json... --page file.md      writes the page from what was measured before
npm run bench -- --port host:port --username <address>   drives another pool's port

benches: ${Object.keys(BENCHES).join(', ')}

--json file     all figures           --runs 5         of each row
--plot file     growth, as SVG        --quick          shows that rows work; its figures mean nothing
--page file     a page with places    --profile        where each row's time goes
--folder where  whose disk is used    --password d=1e-9, --per-address 128, --pid 4711...: with --port`;

const OPTIONS = {
  json: { type: 'string' },
  plot: { type: 'string' },
  page: { type: 'string' },
  from: { type: 'string', multiple: true, default: [] as string[] },
  folder: { type: 'string', default: tmpdir() },
  profile: { type: 'boolean', default: false },
  runs: { type: 'string' },
  quick: { type: 'boolean', default: false },
  port: { type: 'string' },
  username: { type: 'string' },
  password: { type: 'string', default: 'd=1e-9' },
  'per-address': { type: 'string', default: String(PER_ADDRESS) },
  pid: { type: 'string', multiple: true, default: [] as string[] },
  help: { type: 'boolean', default: false },
} as const;

function giveUp(why: string): never {
  console.error(why);
  process.exit(2);
}

function readArguments() {
  try {
    return parseArgs({ allowPositionals: true, options: OPTIONS });
  } catch (error) {
    return giveUp(`${errorMessage(error)}\n\n${USAGE}`);
  }
}

const { values, positionals } = readArguments();
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}

function otherPort(): OtherPort | null {
  const { port: text, username, password, 'per-address': perAddress, pid } = values;
  if (text === undefined) return null;
  const place = parsePort(text) ?? giveUp(`--port takes host:port, not "${text}"`);
  if (username === undefined) giveUp('--port needs --username, a payout address that the pool knows');
  const pids = pid.map(Number);
  const gone = pids.find((each) => !existsSync(`/proc/${each}/stat`));
  if (gone !== undefined) giveUp(`--pid takes a process that runs on this machine, and there is no ${gone}`);
  return { ...place, username, password, perAddress: Number(perAddress), pids };
}

const other = otherPort();
const before = values.from.flatMap((file) => readFindings(file));
const scale = {
  ...(values.quick ? QUICK : FULL),
  ...(values.runs === undefined ? {} : { runs: Number(values.runs) }),
};
if (!(scale.runs >= 1)) giveUp(`--runs takes a number of runs, not "${values.runs}"`);
const chosen =
  positionals.length > 0 || other !== null || before.length > 0 ? positionals : Object.keys(BENCHES);
const unknown = chosen.find((name) => !Object.hasOwn(BENCHES, name));
if (unknown !== undefined) {
  giveUp(`there is no bench "${unknown}"; there are: ${Object.keys(BENCHES).join(', ')}`);
}
if (values.quick && values.page !== undefined) giveUp('--quick measures nothing worth a page: leave one out');

const machine = describeMachine(values.folder);
console.log(machineText(machine));
const startMs = performance.now();
const timeBefore = coreTime();
const othersBefore = await othersCores();
if (values.profile) process.env.BENCH_PROFILE = 'yes';
const measures = chosen.length > 0 || other !== null;
const yardsticks: Yardstick[] = [];
async function lookAtMachine(when: string): Promise<void> {
  if (!measures) return;
  const yardstick = await measureYardstick(values.folder);
  yardsticks.push(yardstick);
  console.log(`The machine ${when}: ${yardstickText(yardstick)}.`);
}
await lookAtMachine('before');
const { measurements, failures } = await runBenches(
  chosen.map((name) => [name, BENCHES[name]!] as const),
  { within: values.folder, scale, say: console.error },
);
if (failures.length > 0) process.exitCode = 1;
if (other !== null) measurements.push(...(await benchOtherPort(other, scale)));
await lookAtMachine('after');
const othersAfter = await othersCores();
const stolen = stolenPart(timeBefore, coreTime());
const tookSeconds = (performance.now() - startMs) / 1000;
const measuredNow: Findings = {
  machine,
  othersBefore,
  othersAfter,
  stolenPart: stolen,
  tookSeconds,
  yardsticks,
  quick: scale.quick,
  measurements,
  failures,
};
console.log(
  `\n${table(measurements)}\n${failuresText(failures)}\nmeasured in ${tookSeconds.toFixed(0)} s; ` +
    `other programs kept ${othersBefore.toFixed(2)} cores busy just before, ${othersAfter.toFixed(2)} just after` +
    (stolen === null ? '' : `; the host gave ${(100 * stolen).toFixed(1)} % of the cores' time to others`),
);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(measuredNow, null, 2)}\n`);
const all = measurements.length === 0 ? before : [...before, measuredNow];
const plot = values.plot === undefined ? null : plotGrowth(all.flatMap((each) => each.measurements));
if (values.plot !== undefined && plot !== null) writeFileSync(values.plot, plot);
if (values.page !== undefined) writePage(values.page, all);
