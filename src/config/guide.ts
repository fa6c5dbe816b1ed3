/** The configuration guide, `docs/configuration.md`, made from the schema and the preset files. */
import type { ReadFile } from './layer.js';
import { NETWORK_NAMES, SETTINGS, type Setting } from './schema.js';
import { yamlLayer } from './yaml-layer.js';

const INTRODUCTION = `# Configuration

<!-- Made by \`npm run docs:config\` from src/config/schema.ts and config/*.yaml; edit those. -->

Orcapool needs a network and, in pool mode, an address, a task and a node key. Everything else has a value
that works. A setting can be written in four places; the later one holds:

1. the network's preset, \`config/<network>.yaml\`, over the defaults below;
2. a YAML file of your own: \`orcapool node --config pool.yaml\`;
3. the environment: \`ORCAPOOL_<SECTION>_<KEY>\`; lists are separated by commas; an empty variable sets nothing;
4. flags: \`--network\`, \`--http-port\`, \`--stratum-port\`, \`--datadir\`, and \`--set section.key=value\` for any other.

\`\`\`yaml
network: mainnet
bitcoin:
  rpcUrl: [http://10.0.0.5:8332, http://10.0.0.6:8332]
  rpcUser: pool
http:
  port: 8081
\`\`\`

Secrets can also come from a file: \`ORCAPOOL_BITCOIN_RPCPASSWORD_FILE=/run/secrets/rpc\`. They are never printed.
An unknown name is refused. \`orcapool config check\` tells all problems of a configuration at once, and
\`orcapool config print\` shows what is in force and where each value was written.
`;

const FIXED = `## What is fixed

Some limits of the abuse guard are no settings, because no operator knows better than the protocol and its miners do. They
stand with their reasons in \`src/stratum/guard/guard-limits.ts\`:

- the length of a line, 1 KiB before login and 8 KiB after: no miner sends a longer one;
- how many lines without a good share are worked off, what may wait for one reader, when rejected shares end a connection:
  a miner is the same on every pool;
- the parts of \`stratum.maxConnections\`: half for strangers, three quarters for one address (more only for
  \`stratum.unlimitedAddresses\`), an eighth above which its idle connections make room on a full
  node, and how long a stranger keeps its place then;
- a day, at most, without an accepted share.
`;

type Presets = ReadonlyMap<string, ReadonlyMap<string, { readonly text: string }>>;

function defaultOf({ key, fallback }: Setting, presets: Presets): string {
  if (key === 'network') return 'none, you set it';
  const networks = new Map<string | null, string[]>();
  for (const [network, given] of presets) {
    const text = given.get(key)?.text ?? fallback;
    networks.set(text, [...(networks.get(text) ?? []), network]);
  }
  const alike = networks.size === 1;
  const told = [...networks].map(([text, names]) => {
    const value = text === null ? 'not set' : `\`${text}\``;
    return alike ? value : `${names.join(', ')} ${value}`;
  });
  return told.join('; ');
}

function item(setting: Setting, presets: Presets): string {
  const { name, env, secret, unit, about, expects } = setting;
  const variables = secret === null ? `\`${env}\`` : `\`${env}\` or \`${env}_FILE\``;
  const takes = unit === null ? expects : `${expects}, in ${unit}`;
  return `- **\`${name}\`** (${variables}): ${about} Takes ${takes}. Default: ${defaultOf(setting, presets)}.\n`;
}

/** Markdown; `presetsFolder` is where the preset files are read. */
export function configurationGuide(presetsFolder: string, readFile: ReadFile): string {
  const presets: Presets = new Map(
    NETWORK_NAMES.map((name) => [name, yamlLayer(`${presetsFolder}/${name}.yaml`, readFile).given]),
  );
  const parts = [INTRODUCTION];
  for (const section of new Set(SETTINGS.map((setting) => setting.section))) {
    const settings = SETTINGS.filter((setting) => setting.section === section);
    parts.push(
      `## ${section ?? 'Outside every section'}\n\n${settings.map((setting) => item(setting, presets)).join('')}`,
    );
  }
  return [...parts, FIXED].join('\n');
}
