/**
 * Lets a network of nodes run by the wall clock while one cheats each round and something breaks, and holds every
 * round against what has to be true of it:
 *
 *     npm run soak [-- [--minutes N] [--nodes N]]     20 minutes and four nodes, if nothing is said
 *
 * Ends with 0 where every round held, else with 1 and what was wrong.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { CHEATS } from '../../src/localnet/koii/index.js';
import { wrongsOf } from './round-verdict.js';
import { BOUNTY, type Disturbance, SoakedNetwork, STAKE } from './soaked-network.js';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '20' }, nodes: { type: 'string', default: '4' } },
});

function whole(name: string, text: string, least: number): number {
  if (/^\d{1,5}$/.test(text) && Number(text) >= least) return Number(text);
  console.error(`--${name} takes a whole number of at least ${least}`);
  return process.exit(2);
}

/** A list is paid in the second round behind its own, when that one's windows are over. */
const PAID_AFTER = 3;
const POLL_MS = 200;

async function soak(minutes: number, nodes: number): Promise<boolean> {
  const network = await SoakedNetwork.start(nodes);
  const { account } = network.koii;
  const keys = network.nodes.map(({ wallet }) => wallet.address);
  const done = new Map<number, Disturbance>();
  const endMs = Date.now() + minutes * 60_000;
  // The round in which the nodes came up is nobody's measure.
  const first = account.round + 1;
  let holds = true;
  let isInterrupted = false;
  process.once('SIGINT', () => {
    isInterrupted = true;
  });
  try {
    for (let round = first; !isInterrupted; round++) {
      while (account.round < round && !isInterrupted) await sleep(POLL_MS);
      if (isInterrupted || Date.now() > endMs + PAID_AFTER * 60_000) break;
      if (Date.now() < endMs) {
        // In the middle of the work, and behind all windows.
        while (account.isIn('submission', round) || account.isIn('audit', round)) await sleep(POLL_MS);
        done.set(round, await network.disturb(round - first));
      }
      holds = (await judged(network, round - PAID_AFTER, keys, done)) && holds;
      // Who was slashed stakes again.
      for (const key of keys) account.stakes[key] = Math.max(STAKE, account.stakes[key] ?? 0);
    }
  } finally {
    await network.stop();
  }
  return holds;
}

/** True for a round that was not disturbed, which nobody measures. */
async function judged(
  network: SoakedNetwork,
  round: number,
  keys: readonly string[],
  done: ReadonlyMap<number, Disturbance>,
): Promise<boolean> {
  const disturbance = done.get(round);
  if (disturbance === undefined) return true;
  const record = await network.koii.round(round);
  const { cheat, mishap, hit } = disturbance;
  // What breaks at the end of a round is felt in the next one too.
  const excused = [...hit, ...(done.get(round - 1)?.hit ?? []), ...(done.get(round + 1)?.hit ?? [])];
  const wrongs = wrongsOf(record, {
    ...{ nodes: keys, excused, bounty: BOUNTY },
    cheat: cheat === null ? null : { key: cheat.key, check: CHEATS[cheat.name].check },
  });
  const claims = record.submissions.filter(({ work }) => work !== null).length;
  const told = cheat === null ? 'nobody cheats' : `${network.koii.nameOf(cheat.key)} tries ${cheat.name}`;
  const end = wrongs.length === 0 ? 'holds' : `WRONG: ${wrongs.join('; ')}`;
  console.log(`round ${round}: ${claims} claims, ${told}, ${mishap}: ${end}`);
  return wrongs.length === 0;
}

const holds = await soak(whole('minutes', values.minutes, 1), whole('nodes', values.nodes, 2));
console.log(holds ? 'everything held' : 'not everything held');
process.exit(holds ? 0 : 1);
