/**
 * docker-compose.yml as data, with `${NAME:-default}` filled in as compose does it, and what of it can be carried over
 * to this machine without an engine: volumes become folders, services and `0.0.0.0` become loopback, ports free ones.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../../unit/house/repository.js';

export interface Service {
  readonly image: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  /** `name:/target` or `name:/target:ro`. */
  readonly volumes: readonly string[];
  readonly healthcheck: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly stop_grace_period: string;
  readonly read_only?: boolean;
  readonly ulimits?: { readonly nofile: { readonly soft: number; readonly hard: number } };
}

export interface Compose {
  readonly services: Readonly<Record<'bitcoind' | 'pool', Service>>;
  readonly volumes: Readonly<Record<string, null>>;
}

/** `env` is the shell's and .env's. Only values are filled in, after parsing, so digits stay text. */
export function readCompose(env: Readonly<Record<string, string>> = {}): Compose {
  const fill = (text: string): string =>
    text.replaceAll(/\$\{(\w+):-([^}]*)\}/g, (_, name: string, preset: string) => env[name] || preset);
  return parse(readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8'), (_key, value: unknown) =>
    typeof value === 'string' ? fill(value) : value,
  ) as Compose;
}

export interface Place {
  /** Beneath it a folder for each volume. */
  readonly folder: string;
  /** Container's port to this machine's. */
  readonly ports: ReadonlyMap<number, number>;
}

/** One argument or value of `service`, as it reads on this machine. */
export function onThisMachine(text: string, service: Service, { folder, ports }: Place): string {
  let here = text.replace(/(=|\/\/)(?:0\.0\.0\.0|bitcoind)(?=:|$)/, '$1127.0.0.1');
  for (const volume of service.volumes) {
    const [name, target] = volume.split(':') as [string, string];
    here = here.replace(target, join(folder, name));
  }
  return here.replace(/:(\d+)$/, (whole, port: string) => {
    const mapped = ports.get(Number(port));
    return mapped === undefined ? whole : `:${mapped}`;
  });
}
