/**
 * Fuzzes the Stratum listener: what reads bytes first, dialogue and session, and a real listener over loopback.
 *
 *     npm run fuzz [-- [--seconds N] [--runs N] [--seed N]]     until the first finding, or for a minute
 *     npm run fuzz -- --replay test/vectors/fuzz/<name>.json    one input against every target
 *
 * Ends with 0 where everything held, and else with 1 after writing the input, made small, into the corpus.
 */
import { parseArgs } from 'node:util';
import { type Finding, findingOf } from './finding.js';
import { type Catch, Hunt } from './hunt.js';
import { type Input, readInput, writeInput } from './input.js';
import { minimised } from './minimise.js';
import { freshVerdict, TARGETS, type TargetName, watchStrays } from './targets.js';
import { Watchdog } from './watchdog.js';

const MINIMISE_MS = 30_000;
const SECONDS = 60;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string' },
    runs: { type: 'string' },
    seed: { type: 'string' },
    replay: { type: 'string' },
  },
});

function whole(name: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  console.error(`--${name} takes a whole number`);
  return process.exit(2);
}

function tellFinding({ message }: Finding, target: TargetName): void {
  console.error(`\nFOUND in the ${target}: ${message}`);
}

async function replay(path: string): Promise<boolean> {
  const { about, ...input } = readInput(path);
  console.log(about);
  let holds = true;
  for (const target of TARGETS) {
    const finding = await freshVerdict(target, input);
    if (finding !== null) tellFinding(finding, target);
    holds &&= finding === null;
  }
  if (holds) console.log('everything holds');
  return holds;
}

/** Into the corpus, as small as it gets. */
async function keep(input: Input, target: TargetName, finding: Finding, seed: number): Promise<void> {
  const fails = async (candidate: Input): Promise<boolean> =>
    (await freshVerdict(target, candidate))?.kind === finding.kind;
  if (!(await fails(input))) {
    console.error('By itself the input does not do it, so it took what came before it too.');
    return;
  }
  const small = await minimised(input, fails, MINIMISE_MS);
  const about = `Found in the ${target} (${finding.message.slice(0, 120).replaceAll(/[^\x20-\x7e]/g, '?')}).`;
  const path = writeInput(`found-${target}-${finding.kind}-${seed}`, { about, ...small });
  console.error(`The input is in ${path}; replay it with: npm run fuzz -- --replay ${path}`);
}

async function tell({ finding, target, input, runs }: Catch, seed: number): Promise<void> {
  tellFinding(finding, target);
  if (input !== null) await keep(input, target, finding, seed);
  console.error(`The whole way there: npm run fuzz -- --seed ${seed} --runs ${runs}`);
}

async function hunt(): Promise<boolean> {
  const runs = whole('runs', values.runs) ?? Number.POSITIVE_INFINITY;
  const seconds =
    whole('seconds', values.seconds) ?? (Number.isFinite(runs) ? Number.POSITIVE_INFINITY : SECONDS);
  const seed = whole('seed', values.seed) ?? Math.floor(Math.random() * 1e9);
  const length = Number.isFinite(runs) ? `${runs} inputs` : `${seconds} s`;
  console.log(`fuzzing ${TARGETS.join(', ')} for ${length} with --seed ${seed}`);
  const watchdog = new Watchdog();
  const found = await new Hunt({ seed, runs, seconds, progress: console.log }, watchdog).run();
  await watchdog.close();
  if (found !== null) await tell(found, seed);
  else console.log('nothing found');
  return found === null;
}

watchStrays();
try {
  const holds = values.replay === undefined ? await hunt() : await replay(values.replay);
  process.exit(holds ? 0 : 1);
} catch (error) {
  console.error(findingOf(error).message);
  process.exit(1);
}
