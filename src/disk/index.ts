export { makeDatabase, orphanedLogs } from './make-database.js';
export { writeDurably, writeDurablySync } from './write-durably.js';
