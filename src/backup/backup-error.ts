/**
 * What goes wrong with backups. `BACKUP_EXISTS`: the archive is there already and is not overwritten.
 * `BACKUP_NOT_OPENED`: wrong or missing key. `BACKUP_DAMAGED`: bytes differ from what was written.
 * `BACKUP_UNKNOWN`: no archive of this program, or of a later version. `BACKUP_CHANGED`: a file changed under the copy. `RESTORE_NOT_EMPTY`: somebody's state lies
 * where it should go.
 */
import { CodedError } from '../lib/index.js';

export class BackupError extends CodedError<
  | 'BACKUP_EMPTY'
  | 'BACKUP_EXISTS'
  | 'BACKUP_KEY'
  | 'BACKUP_NOT_OPENED'
  | 'BACKUP_DAMAGED'
  | 'BACKUP_UNKNOWN'
  | 'BACKUP_CHANGED'
  | 'RESTORE_NOT_EMPTY'
> {}
