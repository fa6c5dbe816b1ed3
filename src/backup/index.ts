export type { OpenKey, SealKey } from './archive-key.js';
export { type BackupResult, type BackupStep, backUp, type OnBackupStep } from './back-up.js';
export { BackupError } from './backup-error.js';
export type { Manifest } from './manifest.js';
export { drill, restore, UNFINISHED_RESTORE } from './restore.js';
