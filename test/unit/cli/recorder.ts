/** A terminal that keeps what is written. */
import type { Terminal } from '../../../src/cli/index.js';

export class Recorder implements Terminal {
  out = '';
  errors = '';

  constructor(readonly colour = false) {}

  write(text: string): void {
    this.out += text;
  }

  writeError(text: string): void {
    this.errors += text;
  }
}
