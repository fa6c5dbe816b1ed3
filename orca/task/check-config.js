/**
 * Holds config-task.yml against what create-task-cli refuses and what the desktop node makes of it, before a task costs
 * anything: `node check-config.js [file]` says what is wrong, then what is still to be filled in, and ends with 1 for
 * either.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parse } from 'yaml';

const NETWORKS = ['IPFS', 'ARWEAVE', 'DEVELOPMENT'];
const REQUIREMENTS = [
  'GLOBAL_VARIABLE',
  'TASK_VARIABLE',
  'CPU',
  'RAM',
  'STORAGE',
  'NETWORK',
  'ARCHITECTURE',
  'OS',
  'ADDON',
];
const ADDONS = ['ORCA_TASK', 'REQUIRE_INTERNET'];
const LEAST_ROUND = 800;
const ROE_PER_KOII = 1e9;
/** Reserved for examples (RFC 2606), so nobody's. */
const PLACEHOLDER = /^https:\/\/example\.org(?:\/|$)/;

const isText = (value) => typeof value === 'string' && value.trim() !== '';
const isNumber = (value) => typeof value === 'number';
const isPositive = (value) => isNumber(value) && value > 0;
const isSlots = (value) => Number.isInteger(value) && value > 0;

/** `folder`: that files are named from. Returns what is wrong, a sentence each. */
export function brokenRules(config, folder) {
  const broken = [];
  const need = (isKept, rule) => {
    if (!isKept) broken.push(rule);
  };
  const { round_time: round, audit_window: audit, submission_window: submission, space } = config;
  need(isText(config.task_name) && config.task_name.length <= 24, 'task_name has 1 to 24 characters');
  need(isText(config.author), 'author is needed');
  const description = config.markdownDescriptionPath;
  need(isText(config.description) || isText(description), 'description or markdownDescriptionPath is needed');
  need(
    !isText(config.description) || config.description.length <= 50,
    'the chain cuts description at 50 characters',
  );
  need(
    !isText(description) || existsSync(join(folder, description)),
    'markdownDescriptionPath names a file that is there',
  );
  need(isText(config.repositoryUrl), 'repositoryUrl is needed');
  for (const name of ['repositoryUrl', 'imageUrl', 'infoUrl', 'koiiOceanUrl']) {
    need(!isText(config[name]) || config[name].startsWith('https://'), `${name} is an https:// URL`);
  }
  need(
    NETWORKS.includes(config.task_executable_network),
    `task_executable_network is one of ${NETWORKS.join(', ')}`,
  );
  need(/(?:^|\/)main\.js$/.test(config.task_audit_program ?? ''), 'task_audit_program ends in main.js');
  need(
    [round, audit, submission].every(isSlots),
    'round_time, audit_window and submission_window are slots above 0',
  );
  need(round >= LEAST_ROUND, `round_time is ${LEAST_ROUND} slots or more`);
  need(round >= audit + submission, 'round_time holds both windows');
  need(3 * Math.min(audit, submission) >= round, 'each window is a third of round_time or more');
  need(isPositive(config.minimum_stake_amount), 'minimum_stake_amount is above 0');
  need(['KOII', 'KPL'].includes(config.task_type), 'task_type is KOII or KPL');
  need(
    /^[1-9A-HJ-NP-Za-km-z]{32,44}$/.test(config.token_type ?? ''),
    'token_type is a mint, for a KOII task too',
  );
  need(
    isNumber(config.total_bounty_amount) && config.total_bounty_amount >= 10,
    'total_bounty_amount is 10 or more',
  );
  const perRound = config.bounty_amount_per_round;
  need(
    isPositive(perRound) && perRound <= config.total_bounty_amount,
    'bounty_amount_per_round is within the total',
  );
  broken.push(...otherBounties(perRound, join(folder, 'pins')));
  need(
    Number.isInteger(config.allowed_failed_distributions) && config.allowed_failed_distributions >= 1,
    'allowed_failed_distributions is 1 or more: 0 counts as missing',
  );
  need(isNumber(space) && space >= 0.1 && space <= 50, 'space is 0.1 to 50 megabytes');
  need(config.environment !== 'PRODUCTION' || space >= 1, 'space is 1 or more in PRODUCTION');
  need(['TEST', 'PRODUCTION'].includes(config.environment), 'environment is TEST or PRODUCTION');
  need(Array.isArray(config.tags) && config.tags.length > 0 && config.tags.every(isText), 'tags are words');
  broken.push(...brokenRequirements(config.requirementsTags));
  need(
    !isText(config.task_id) || isText(config.migrationDescription),
    'an update has a migrationDescription',
  );
  return broken;
}

/** What is built by pins with another bounty makes lists that no other node of the task makes. */
function otherBounties(perRound, folder) {
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
  return files
    .filter((name) => {
      const { bountyPerRound } = JSON.parse(readFileSync(join(folder, name), 'utf8'));
      return bountyPerRound !== Math.round(perRound * ROE_PER_KOII);
    })
    .map((name) => `bounty_amount_per_round is the bountyPerRound of pins/${name}, in roe`);
}

function brokenRequirements(tags) {
  if (!Array.isArray(tags)) return ['requirementsTags is a list'];
  const broken = [];
  for (const { type, value, description } of tags) {
    if (!REQUIREMENTS.includes(type)) broken.push(`${type} is no requirement that Koii knows`);
    if (!isText(value)) broken.push(`${type} has a value, as text`);
    if (type === 'ADDON' && !ADDONS.includes(value)) broken.push(`${value} is no add-on that Koii knows`);
    if (!type?.endsWith('_VARIABLE')) continue;
    if (!/^[A-Za-z_$][\w$]*$/.test(value)) broken.push(`${value} is a legal identifier`);
    if (!isText(description)) broken.push(`${value} says where to get it`);
    else if (!/\bnone\b/.test(description)) broken.push(`${value} may be none, as it has to be filled in`);
  }
  const isOrca = tags.some(({ type, value }) => type === 'ADDON' && value === 'ORCA_TASK');
  if (!isOrca) broken.push('ADDON ORCA_TASK is needed for a task with a pod');
  return broken;
}

/** What only whoever publishes the task knows. */
export function toFillIn(config) {
  return Object.keys(config).filter((name) => PLACEHOLDER.test(String(config[name])));
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const file = resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), 'config-task.yml'));
  const config = parse(readFileSync(file, 'utf8'));
  const said = [
    ...brokenRules(config, dirname(file)).map((rule) => `wrong: ${rule}`),
    ...toFillIn(config).map((name) => `to fill in before publishing: ${name}`),
  ];
  for (const line of said) console.log(line);
  if (said.length === 0) console.log('config-task.yml can be published');
  process.exit(said.length === 0 ? 0 : 1);
}
