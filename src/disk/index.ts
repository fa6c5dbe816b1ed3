export { makeDatabase } from './make-database.js';
export { writeDurably, writeDurablySync } from './write-durably.js';
