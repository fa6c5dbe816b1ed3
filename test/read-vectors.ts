/** Test vectors are JSON beside the tests' sources; each file's `source` says where its values come from. */
import { readFileSync } from 'node:fs';

/** `name`: the file's name in `test/vectors/`, without `.json`. The caller states its shape. */
export function readVectors<Shape>(name: string): Shape {
  return JSON.parse(
    readFileSync(new URL(`../../test/vectors/${name}.json`, import.meta.url), 'utf8'),
  ) as Shape;
}
