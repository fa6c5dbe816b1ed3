/** Lines the pool sends, each ended by its newline. `result` is JSON text, so that nothing is serialised twice. */
import { difficultyText } from '../../bitcoin/index.js';
import type { StratumError } from './stratum-error.js';

export function answer(id: string, result: string): string {
  return `{"id":${id},"result":${result},"error":null}\n`;
}

export function refusal(id: string, { code, text }: StratumError): string {
  return `{"id":${id},"result":null,"error":[${code},${JSON.stringify(text)},null]}\n`;
}

/** Holds from the next notify on. */
export function setDifficulty(difficulty: number): string {
  return `{"id":null,"method":"mining.set_difficulty","params":[${difficultyText(difficulty)}]}\n`;
}

export function showMessage(text: string): string {
  return `{"id":null,"method":"client.show_message","params":[${JSON.stringify(text)}]}\n`;
}
