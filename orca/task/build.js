/**
 * Bundles the task into the one file that a Koii node runs, from what the root's `npm run build` compiled:
 *
 *     node build.js --pins pins/regtest.json [--out dist/main.js]      speaks the node's protocol itself
 *     node build.js --koii --pins … [--packages node_modules]          dist-koii/main.js, with Koii's own packages
 *
 * For Electron's Node 18, without native modules and without Node's `crypto.hash`. A file of pins is what all nodes of a
 * task have alike, so which one is nobody's default.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const HERE = dirname(fileURLToPath(import.meta.url));
const COMPILED = join(HERE, '../../build/orca/task/src');
const { values } = parseArgs({
  options: {
    pins: { type: 'string' },
    out: { type: 'string' },
    koii: { type: 'boolean', default: false },
    packages: { type: 'string', default: join(HERE, 'node_modules') },
  },
});

function refuse(message) {
  console.error(message);
  process.exit(1);
}

if (values.pins === undefined) refuse('name the pins: node build.js --pins pins/regtest.json');
const pins = JSON.parse(readFileSync(values.pins, 'utf8'));
if (!Number.isSafeInteger(pins.bountyPerRound)) {
  refuse(
    `${values.pins} lacks bountyPerRound, the task's bounty_amount_per_round in roe, by which lists are made`,
  );
}
const entry = join(COMPILED, values.koii ? 'main-koii.js' : 'main.js');
if (!existsSync(entry)) refuse(`${entry} is not there: run "npm run build" in the repository's root first`);
if (values.koii) {
  for (const name of ['namespace-wrapper', 'task-manager', 'storage-task-sdk']) {
    if (existsSync(join(values.packages, '@_koii', name, 'package.json'))) continue;
    refuse(
      `@_koii/${name} is not installed, so dist-koii/main.js cannot be built: run "npm install --prefix orca/task" ` +
        'where the registry has the scope @_koii. dist/main.js needs none of it: npm run --prefix orca/task build',
    );
  }
}

await build({
  entryPoints: [entry],
  outfile: resolve(values.out ?? join(HERE, values.koii ? 'dist-koii' : 'dist', 'main.js')),
  bundle: true,
  platform: 'node',
  target: 'node18',
  // Koii keeps it as executables/<cid>.js, where no package.json says that it is a module.
  format: 'cjs',
  conditions: ['orcapool-portable'],
  define: { ORCAPOOL_PINS: JSON.stringify(pins) },
  nodePaths: [values.packages],
  logLevel: 'warning',
});
