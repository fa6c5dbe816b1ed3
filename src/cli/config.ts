/** `orcapool config check` and `orcapool config print`. */
import { stringify } from 'yaml';
import type { CliCommand } from './command.js';
import type { ConfigFlags } from './config-flags.js';
import { paint, type Terminal } from './terminal.js';

/** One setting as it is in force, fit to be shown. */
export interface ShownSetting {
  /** `http.port`, or `network` outside every section. */
  readonly key: string;
  /** Secrets hidden; null where it is not set. */
  readonly shown: string | null;
  /** The place it was written. */
  readonly from: string;
}

/** Throws a `CodedError` that tells every problem. */
export type ReadSettings = (flags: ConfigFlags) => readonly ShownSetting[];

const REMARK_COLUMN = 48;

function line(terminal: Terminal, indent: string, name: string, { shown, from }: ShownSetting): string {
  if (shown === null) return paint(terminal, 'dim', `${indent}# ${name} is not set`);
  const value = stringify(shown, { schema: 'failsafe', lineWidth: 0 }).trimEnd();
  return `${`${indent}${name}: ${value}`.padEnd(REMARK_COLUMN)} ${paint(terminal, 'dim', `# ${from}`)}`;
}

/** A YAML file that says the same, secrets apart. */
function yamlLines(settings: readonly ShownSetting[], terminal: Terminal): string[] {
  const lines: string[] = [];
  let section = '';
  for (const setting of settings) {
    const at = setting.key.indexOf('.');
    const own = setting.key.slice(0, Math.max(at, 0));
    if (own !== section) lines.push('', `${own}:`);
    section = own;
    lines.push(line(terminal, at < 0 ? '' : '  ', setting.key.slice(at + 1), setting));
  }
  return lines;
}

export function configCommands(read: ReadSettings): readonly CliCommand[] {
  return [
    {
      kind: 'command',
      words: 'config check',
      summary: 'read the configuration and tell every problem at once',
      configured: true,
      examples: ['orcapool config check --config pool.yaml          # what is wrong with it, all at once'],
      async run({ config, terminal }) {
        const settings = read(config);
        const changed = settings.filter(({ from }) => from !== 'default').length;
        terminal.write(
          `The configuration is right: ${changed} settings given, the others at their default.\n`,
        );
        return 0;
      },
    },
    {
      kind: 'command',
      words: 'config print',
      summary: 'show every setting in force and where it was written; secrets stay hidden',
      configured: true,
      async run({ config, terminal }) {
        terminal.write(`${yamlLines(read(config), terminal).join('\n')}\n`);
        return 0;
      },
    },
  ];
}
