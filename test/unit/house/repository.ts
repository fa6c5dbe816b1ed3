/** The repository this test runs from, found upwards from the compiled test. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

function rootAbove(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error('no package.json above this test');
  return rootAbove(parent);
}

export const ROOT = rootAbove(dirname(fileURLToPath(import.meta.url)));

export function readJson<Shape>(path: string): Shape {
  return JSON.parse(readFileSync(path, 'utf8')) as Shape;
}

/** Every TypeScript source by its path inside `src/`, with forward slashes. */
export function sourceFiles(): Map<string, string> {
  const folder = join(ROOT, 'src');
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  );
  return new Map(paths.sort().map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}
