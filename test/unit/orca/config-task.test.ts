import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { readVariables } from '../../../orca/task/src/operator/operator-variables.js';
import { ROOT } from '../house/repository.js';

const TASK = join(ROOT, 'orca/task');
const CONFIG = parse(readFileSync(join(TASK, 'config-task.yml'), 'utf8')) as Record<string, unknown>;

interface Check {
  brokenRules(config: object, folder: string): string[];
  toFillIn(config: object): string[];
}

async function check(): Promise<Check> {
  return (await import(join(TASK, 'check-config.js'))) as Check;
}

describe("the task's listing", () => {
  it('keeps every rule of the CLI and the desktop node, with what only the publisher knows left to fill in', async () => {
    const { brokenRules, toFillIn } = await check();
    expect(brokenRules(CONFIG, TASK)).toEqual([]);
    expect(toFillIn(CONFIG)).toEqual(['repositoryUrl', 'imageUrl', 'infoUrl']);
    const command = promisify(execFile)(process.execPath, [join(TASK, 'check-config.js')]);
    await expect(command).rejects.toMatchObject({
      code: 1,
      stdout: 'repositoryUrl imageUrl infoUrl '.replace(/(\w+) /g, 'to fill in before publishing: $1\n'),
    });
  });

  it.each([
    [{ task_name: 'A name of 25 characters...' }, 'task_name'],
    [{ author: '' }, 'author'],
    [{ description: '', markdownDescriptionPath: '' }, 'description'],
    [{ markdownDescriptionPath: './nowhere.md' }, 'markdownDescriptionPath'],
    [{ repositoryUrl: '' }, 'repositoryUrl'],
    [{ imageUrl: 'http://example.org/a.png' }, 'imageUrl'],
    [{ task_executable_network: 'FTP' }, 'task_executable_network'],
    [{ task_audit_program: 'dist/task.js' }, 'task_audit_program'],
    [{ audit_window: 0 }, 'slots above 0'],
    [{ round_time: 799, audit_window: 300, submission_window: 300 }, '800 slots'],
    [{ audit_window: 6_000 }, 'both windows'],
    [{ audit_window: 2_999 }, 'a third'],
    [{ minimum_stake_amount: 0 }, 'minimum_stake_amount'],
    [{ task_type: 'BTC' }, 'task_type'],
    [{ token_type: '' }, 'token_type'],
    [{ total_bounty_amount: 9 }, 'total_bounty_amount'],
    [{ bounty_amount_per_round: 1_001 }, 'within the total'],
    [{ bounty_amount_per_round: 2 }, 'pins/regtest.json'],
    [{ allowed_failed_distributions: 0 }, 'allowed_failed_distributions'],
    [{ total_bounty_amount: '1000' }, 'total_bounty_amount'],
    [{ bounty_amount_per_round: '1' }, 'within the total'],
    [{ allowed_failed_distributions: '3' }, 'allowed_failed_distributions'],
    [{ space: '2' }, 'space is 0.1'],
    [{ space: 51 }, 'space'],
    [{ space: 0.5, environment: 'PRODUCTION' }, 'PRODUCTION'],
    [{ environment: 'STAGING' }, 'environment'],
    [{ tags: [] }, 'tags'],
    [{ requirementsTags: [{ type: 'CPU', value: '2-core' }] }, 'ORCA_TASK'],
    [{ requirementsTags: [{ type: 'ADDON', value: 'PODMAN' }] }, 'PODMAN'],
    [{ requirementsTags: [{ type: 'TASK_VARIABLE', value: 'A-B', description: 'or none' }] }, 'identifier'],
    [{ requirementsTags: [{ type: 'TASK_VARIABLE', value: 'AB', description: 'a port' }] }, 'may be none'],
    [{ task_id: 'an id' }, 'migrationDescription'],
  ])('is refused with %j', async (change, said) => {
    const { brokenRules } = await check();
    expect(brokenRules({ ...CONFIG, ...change }, TASK).join('; ')).toContain(said);
  });

  it('asks for the variables that the task reads, each of which may be none', () => {
    const tags = CONFIG.requirementsTags as { type: string; value: string }[];
    const names = tags.filter(({ type }) => type === 'TASK_VARIABLE').map(({ value }) => value);
    const none = Object.fromEntries(names.map((name) => [name, 'none']));
    expect(readVariables(none, 'host').problems).toEqual([]);
    expect(readVariables({}, 'host').problems).toHaveLength(names.length);
  });

  it('publishes what the build makes, and its page names every variable, the stake and the memory', () => {
    const { scripts } = JSON.parse(readFileSync(join(TASK, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    expect(scripts.build).toContain('build.js');
    expect(CONFIG.task_audit_program).toBe('dist/main.js');
    const page = readFileSync(join(TASK, 'TaskDescription.md'), 'utf8');
    for (const { type, value } of CONFIG.requirementsTags as { type: string; value: string }[]) {
      if (type === 'TASK_VARIABLE') expect(page).toContain(`**${value}**`);
      if (type === 'RAM') expect(page).toContain(`${value} of memory`);
    }
    expect(page).toContain(`a stake of ${CONFIG.minimum_stake_amount} KOII or more`);
  });
});
