#!/usr/bin/env node
/** Orcapool's one entry: the table of roles and commands, and which code runs each. */
import { readFileSync } from 'node:fs';
import {
  auditCommand,
  backupCommands,
  configCommands,
  doctorCommand,
  localnetCommand,
  minerCommand,
  nodeCommand,
  recoverCommands,
  runCli,
  terminalOn,
  verifyCommands,
  verifyReceiptCommand,
} from './cli/index.js';
import {
  auditClaim,
  createLogger,
  doctorSubject,
  findLog,
  findState,
  membershipProof,
  networkOf,
  readSettings,
  receiptClaim,
  runLocalnet,
  runNode,
  systemTimers,
  untilSignal,
} from './roles/index.js';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const terminal = terminalOn(process.stdout, process.stderr, process.env);
const logger = createLogger({ level: 'warn', pretty: true, role: 'orcapool' }, process.stderr);
/** The test miner says itself how its connection is. */
const minerLogger = createLogger({ level: 'error', pretty: true, role: 'orcapool' }, process.stderr);

const exitCode = await runCli(
  {
    version,
    terminal,
    commands: [
      localnetCommand((wishes) => runLocalnet(wishes, terminal)),
      nodeCommand(runNode),
      doctorCommand(doctorSubject),
      ...configCommands(readSettings),
      ...verifyCommands(findLog),
      ...recoverCommands(findLog),
      verifyReceiptCommand({
        network: networkOf,
        claim: (wish) => receiptClaim(wish, logger),
        proof: membershipProof,
      }),
      auditCommand((flags, wish) => auditClaim(flags, wish, logger)),
      ...backupCommands(findState),
      minerCommand({
        logger: minerLogger,
        timers: systemTimers,
        stopped: async () => void (await untilSignal()),
      }),
    ],
  },
  process.argv.slice(2),
);
// A role that was told to stop while it started has handles left that nobody waits for.
process.exit(exitCode);
