/** `orcapool doctor`: whether this machine can run a node, one line a matter, and what to do about red ones. */
import { availableParallelism } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { addOnProblem, shareHasher } from '../../lib/index.js';
import type { TlsFiles } from '../../stratum/index.js';
import type { CliCommand } from '../command.js';
import type { ConfigFlags } from '../config-flags.js';
import { paint } from '../terminal.js';
import { checkBitcoind, type NodeProbe, type NodeReport } from './check-bitcoind.js';
import { checkCertificate } from './check-certificate.js';
import { checkClock } from './check-clock.js';
import { checkDatadir } from './check-datadir.js';
import { checkDescriptors, descriptorLimit } from './check-descriptors.js';
import { checkDisk } from './check-disk.js';
import { checkHashing } from './check-hashing.js';
import { checkPort } from './check-port.js';
import { checkNativeModules, checkNodeVersion, NATIVE_MODULES } from './check-runtime.js';
import { checkZmq } from './check-zmq.js';
import { type Finding, fail, findingText, ok } from './finding.js';

export type DoctorSubject =
  | { readonly configurationProblem: null; readonly machine: DoctorMachine }
  /** What is wrong, for people, and what can be examined all the same; null where too little can be told. */
  | { readonly configurationProblem: string; readonly machine: DoctorMachine | null };

/** What of the configuration is examined. */
export interface DoctorMachine {
  readonly network: string;
  readonly datadir: string;
  /** The network whose data is in it; null where no node has worked. */
  readonly heldNetwork: string | null;
  readonly stratum: {
    readonly host: string;
    readonly port: number;
    readonly listeners: number;
    readonly maxConnections: number;
    readonly high: { readonly port: number } | null;
    readonly tls: TlsFiles | null;
  };
  readonly http: { readonly host: string; readonly port: number };
  readonly nodes: NodeProbe;
  /** tcp://host:port of each bitcoind that has one. */
  readonly zmq: readonly string[];
}

const ZMQ_PATIENCE_MS = 2_000;
const STRATUM = { about: 'stratum port', hostSetting: 'stratum.host', portFlag: '--stratum-port' };
const HIGH = { about: 'high port', hostSetting: 'stratum.host', portFlag: '--set stratum.highPort=' };
const HTTP = { about: 'http port', hostSetting: 'http.host', portFlag: '--http-port' };

async function* examineMachine(machine: DoctorMachine, offsetsMs: number[]): AsyncGenerator<Finding> {
  const { datadir, stratum, http, nodes } = machine;
  yield await checkPort(STRATUM, stratum.host, stratum.port);
  if (stratum.high !== null) yield await checkPort(HIGH, stratum.host, stratum.high.port);
  yield await checkPort(HTTP, http.host, http.port);
  if (stratum.tls !== null) yield checkCertificate(stratum.tls, Date.now());
  const { listeners, maxConnections } = stratum;
  const nofile = await descriptorLimit();
  yield checkDescriptors({ cores: availableParallelism(), maxConnections, listeners, nofile });
  const reports: readonly NodeReport[] = await nodes.probe();
  const nowMs = Date.now();
  for (const report of reports) {
    if (report.answers && report.timeMs !== null) offsetsMs.push(report.timeMs - nowMs);
  }
  yield* checkBitcoind(reports);
  yield* await Promise.all(machine.zmq.map((address) => checkZmq(address, ZMQ_PATIENCE_MS)));
  yield checkDatadir(datadir, machine.network, machine.heldNetwork);
  yield await checkDisk(datadir, () => performance.now());
}

async function* examine(
  flags: ConfigFlags,
  subjectOf: (flags: ConfigFlags) => DoctorSubject,
): AsyncGenerator<Finding> {
  yield checkNodeVersion(process.versions.node);
  yield await checkNativeModules(NATIVE_MODULES);
  yield checkHashing(shareHasher.name, addOnProblem);
  const offsetsMs: number[] = [];
  const { configurationProblem, machine } = subjectOf(flags);
  if (configurationProblem === null) yield ok('configuration', `network ${machine.network}`);
  else {
    const rest =
      machine === null
        ? 'ports, bitcoind and disk are examined after that'
        : `what follows holds for ${machine.network} with its presets in their place`;
    yield fail('configuration', configurationProblem, `mend these (docs/configuration.md); ${rest}`);
  }
  if (machine !== null) yield* examineMachine(machine, offsetsMs);
  const clocks = {
    wallMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    wait: (ms: number) => wait(ms),
  };
  yield await checkClock(clocks, offsetsMs);
}

/** The exit code is 1 if any check fails. */
export function doctorCommand(subjectOf: (flags: ConfigFlags) => DoctorSubject): CliCommand {
  return {
    kind: 'command',
    words: 'doctor',
    summary: 'examine this machine: versions, ports, limits, bitcoind, disk, clock',
    configured: true,
    examples: ['orcapool doctor --config pool.yaml                # is this machine ready for it'],
    async run({ config, terminal }) {
      const count = { ok: 0, warn: 0, fail: 0 };
      terminal.write('\n');
      for await (const finding of examine(config, subjectOf)) {
        count[finding.state]++;
        terminal.write(findingText(finding, terminal));
      }
      const verdict =
        count.fail > 0
          ? paint(terminal, 'red', `${count.fail} of these must be mended before a node can run`)
          : count.warn > 0
            ? paint(terminal, 'yellow', `a node can run; ${count.warn} of these could be better`)
            : paint(terminal, 'green', 'all is well');
      terminal.write(`\n  ${verdict}\n`);
      return count.fail > 0 ? 1 : 0;
    },
  };
}
