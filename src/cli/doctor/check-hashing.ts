/** What hashes the shares. Never a failure: without the add-on everything works, and a share takes longer. */
import type { AddOnProblem } from '../../lib/index.js';
import { type Finding, ok, warn } from './finding.js';

/** `hasher`: its name. `problem`: why that is not the add-on; null when it is. */
export function checkHashing(hasher: string, problem: AddOnProblem | null): Finding {
  const about = 'hashing';
  if (problem === null) return ok(about, hasher);
  const told = `${hasher}: ${problem.says}`;
  switch (problem.kind) {
    case 'no-instructions':
      return ok(about, told);
    case 'not-compiled':
      return warn(
        about,
        told,
        'apt-get install g++, then npm run build: a share then takes a quarter of the time',
      );
    case 'refused':
      return warn(about, told, 'rm build/src/lib/sha256/share-hash.node, then npm run build');
  }
}
