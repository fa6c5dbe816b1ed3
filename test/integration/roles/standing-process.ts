/** Watches its own stop for a time, and then stands still for another; both in milliseconds. */
import { watchStop } from '../../../src/roles/stop-watch.js';

const [watchMs, standsMs] = process.argv.slice(2).map(Number);
watchStop('node', watchMs!);
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, standsMs);
