/** A listener that takes no miners, run as a process of its own: ready at once, it reports when told to read back. */
import type { FromListener, ListenerReport, ToListener } from '../../../src/roles/process-messages.js';
import { NO_OUTCOMES } from '../../../src/shares/worker-figures.js';

const report: ListenerReport = {
  connections: 0,
  miners: 0,
  sharing: 0,
  storageFault: null,
  storageWaitMs: 0,
  height: null,
  shares: NO_OUTCOMES,
  metrics: [],
};
const tell = (message: FromListener): void => void process.send!(message);

process.on('message', ({ kind }: ToListener) => {
  if (kind === 'assignment') tell({ kind: 'ready', port: 0, highPort: null });
  else if (kind === 'read-back') tell({ kind: 'report', report });
  else if (kind === 'stop') process.exit();
});
tell({ kind: 'hello' });
