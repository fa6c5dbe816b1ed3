/** A listener that takes no miners, run as a process of its own: ready at once, it reports when told to read back. */
import type { FromListener, ListenerReport, ToListener } from '../../../src/roles/process-messages.js';

const report: ListenerReport = {
  connections: 0,
  miners: 0,
  sharing: 0,
  storageFault: null,
  storageWaitMs: 0,
  height: null,
  shares: {
    accepted: 0,
    uncredited: 0,
    stale: 0,
    duplicate: 0,
    'low-difficulty': 0,
    invalid: 0,
    'not-stored': 0,
  },
  metrics: [],
};
const tell = (message: FromListener): void => void process.send!(message);

process.on('message', ({ kind }: ToListener) => {
  if (kind === 'assignment') tell({ kind: 'ready', port: 0, highPort: null });
  else if (kind === 'read-back') tell({ kind: 'report', report });
  else if (kind === 'stop') process.exit();
});
tell({ kind: 'hello' });
