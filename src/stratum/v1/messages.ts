/** Lines the pool sends, each ended by its newline. `result` is JSON text, so that nothing is serialised twice. */
import { difficultyText } from '../../bitcoin/index.js';
import { jsonText } from './json-text.js';
import { uint32Hex } from './notify.js';
import type { StratumError } from './stratum-error.js';

export function answer(id: string, result: string): string {
  return `{"id":${id},"result":${result},"error":null}\n`;
}

export function refusal(id: string, { code, text }: StratumError): string {
  return `{"id":${id},"result":null,"error":[${code},${jsonText(text)},null]}\n`;
}

/** Holds from the next notify on. */
export function setDifficulty(difficulty: number): string {
  return `{"id":null,"method":"mining.set_difficulty","params":[${difficultyText(difficulty)}]}\n`;
}

/** Holds at once (BIP310); only for a miner that has negotiated version rolling. */
export function setVersionMask(mask: number): string {
  return `{"id":null,"method":"mining.set_version_mask","params":["${uint32Hex(mask)}"]}\n`;
}

export function showMessage(text: string): string {
  return `{"id":null,"method":"client.show_message","params":[${jsonText(text)}]}\n`;
}

/**
 * To the address the miner has already: a Bitaxe dials its own setting whatever the message says, and cgminer refuses
 * every other domain (and an empty host), so none is named.
 */
export function reconnect(): string {
  return '{"id":null,"method":"client.reconnect","params":[]}\n';
}

/** Requests of the pool's. Their ids are numbers, because cgminer and Bitaxe answer with an integer whatever came. */
export const VERSION_REQUEST_ID = 1;
export const PING_REQUEST_ID = 2;

/** Answered with the user agent. */
export function getVersion(): string {
  return `{"id":${VERSION_REQUEST_ID},"method":"client.get_version","params":[]}\n`;
}

/** Answered with "pong" by cgminer, with a call of "pong" by a Bitaxe, not at all by many others. */
export function ping(): string {
  return `{"id":${PING_REQUEST_ID},"method":"mining.ping","params":[]}\n`;
}
