/**
 * Loaded into a pool's processes before anything else (`node --import`): their system clock is as far ahead of the machine's
 * as the file named by CLOCK_AHEAD_FILE says, in milliseconds, within a tenth of a second of its being written.
 */
import { readFileSync } from 'node:fs';

const file = process.env.CLOCK_AHEAD_FILE!;
const machineMs = Date.now;
let aheadMs = 0;

function look(): void {
  aheadMs = Number(readFileSync(file, 'utf8'));
}

look();
setInterval(look, 100).unref();
const SetDate = class extends Date {
  constructor(...of: unknown[]) {
    super(...((of.length === 0 ? [machineMs() + aheadMs] : of) as [number]));
  }
};
SetDate.now = () => machineMs() + aheadMs;
globalThis.Date = SetDate as DateConstructor;
