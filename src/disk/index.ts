export { type Cell, cellDigest } from './cell-digest.js';
export { logDamage } from './log-damage.js';
export { makeDatabase, orphanedLogs } from './make-database.js';
export { type MendedLog, mendLog } from './mend-log.js';
export { SET_ASIDE, setAside, tellsNoFile } from './set-aside.js';
export { setDatabaseAside } from './set-database-aside.js';
export { syncPath } from './sync-path.js';
export { writeDurably, writeDurablySync } from './write-durably.js';
