/** The flags every role and command takes for the configuration, collected as text; `config` judges them. */
import { type Command, InvalidArgumentError, Option } from 'commander';

export interface ConfigFlags {
  /** `--config`, or null. */
  readonly file: string | null;
  /** In the order given. `from` is the flag as it was typed. */
  readonly settings: readonly { readonly key: string; readonly text: string; readonly from: string }[];
}

const SHORT_FORMS = [
  ['--network <name>', 'mainnet, testnet4, signet or regtest', 'network'],
  ['--datadir <folder>', 'where shares and blocks are kept', 'datadir'],
  ['--stratum-port <port>', 'where miners connect', 'stratum.port'],
  ['--http-port <port>', 'where the HTTP interface listens', 'http.port'],
] as const;

/** Adds the flags; the returned function gives what was parsed. */
export function addConfigFlags(command: Command): () => ConfigFlags {
  let file: string | null = null;
  const settings: ConfigFlags['settings'][number][] = [];
  command.addOption(
    new Option('--config <file>', 'a YAML file, see docs/configuration.md').argParser((path) => {
      file = path;
      return path;
    }),
  );
  for (const [flags, about, key] of SHORT_FORMS) {
    command.addOption(
      new Option(flags, about).argParser((text) => {
        settings.push({ key, text, from: flags.slice(0, flags.indexOf(' ')) });
        return text;
      }),
    );
  }
  command.addOption(
    new Option('--set <section.key=value>', 'any other setting; may be repeated').argParser(
      (given: string) => {
        const at = given.indexOf('=');
        if (at <= 0 || at === given.length - 1)
          throw new InvalidArgumentError('Write it as section.key=value.');
        const key = given.slice(0, at);
        settings.push({ key, text: given.slice(at + 1), from: `--set ${key}` });
        return given;
      },
    ),
  );
  return () => ({ file, settings });
}
