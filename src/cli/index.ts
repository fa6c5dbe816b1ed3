import './working-folder.js';

export { type AuditClaim, AuditCommandError, type AuditWish, auditCommand } from './audit.js';
export { backupCommands, type FindState } from './backup.js';
export type { CliCall, CliCommand, CliOption } from './command.js';
export { configCommands, type ReadSettings, type ShownSetting } from './config.js';
export type { ConfigFlags } from './config-flags.js';
export type { NodeProbe, NodeReport } from './doctor/check-bitcoind.js';
export { descriptorLimit, listenersFor } from './doctor/check-descriptors.js';
export type { DoctorMachine, DoctorSubject } from './doctor/doctor.js';
export { doctorCommand } from './doctor/doctor.js';
export { type LocalnetWishes, localnetCommand } from './localnet.js';
export { type MinerCommandDeps, minerCommand } from './miner.js';
export { nodeCommand } from './node.js';
export { type Cli, runCli } from './program.js';
export { durationText, hashrateText } from './quantities.js';
export { recoverCommands } from './recover.js';
export { paint, type Terminal, terminalOn } from './terminal.js';
export { type FindLog, verifyCommands } from './verify.js';
export {
  type ReceiptClaim,
  type ReceiptSources,
  type ReceiptWish,
  VerifyReceiptError,
  verifyReceiptCommand,
} from './verify-receipt.js';
