/**
 * Lets a network of nodes run by the wall clock while one cheats each round and something breaks, and holds every
 * round against what has to be true of it:
 *
 *     npm run soak [-- [--minutes N] [--nodes N]]     20 minutes and four nodes, if nothing is said
 *
 * Ends with 0 where every round held, else with 1 and what was wrong; with 1 too where none was judged.
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

/** Rounds that were held against what must be true, and those of them that were. */
interface Tally {
  judged: number;
  held: number;
}

async function soak(minutes: number, nodes: number): Promise<Tally> {
  const network = await SoakedNetwork.start(nodes);
  const { account } = network.koii;
  const keys = network.nodes.map(({ wallet }) => wallet.address);
  const done = new Map<number, Disturbance>();
  const endMs = Date.now() + minutes * 60_000;
  // The round in which the nodes came up is nobody's measure.
  const first = account.round + 1;
  const tally: Tally = { judged: 0, held: 0 };
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
      await judge(network, round - PAID_AFTER, keys, done, tally);
      // Who was slashed stakes again.
      for (const key of keys) account.stakes[key] = Math.max(STAKE, account.stakes[key] ?? 0);
    }
  } finally {
    await network.stop();
  }
  return tally;
}

/** A round that was not disturbed is nobody's measure. */
async function judge(
  network: SoakedNetwork,
  round: number,
  keys: readonly string[],
  done: ReadonlyMap<number, Disturbance>,
  tally: Tally,
): Promise<void> {
  const disturbance = done.get(round);
  if (disturbance === undefined) return;
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
  tally.judged++;
  if (wrongs.length === 0) tally.held++;
}

const { judged, held } = await soak(whole('minutes', values.minutes, 1), whole('nodes', values.nodes, 2));
console.log(`${held} of ${judged} rounds held`);
process.exit(judged > 0 && held === judged ? 0 : 1);
