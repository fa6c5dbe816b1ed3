/** Whose data the data folder holds: a node refuses that of another network. */
import { type Finding, fail, ok } from './finding.js';

/** `held`: the network whose data is there; null where no node has worked. */
export function checkDatadir(datadir: string, network: string, held: string | null): Finding {
  const about = 'datadir';
  if (held === null) return ok(about, `${datadir}, new`);
  if (held === network) return ok(about, `${datadir}, of ${held}`);
  const told = `${datadir} holds the data of ${held}, not of ${network}`;
  return fail(about, told, `name another --datadir, or --network ${held}`);
}
