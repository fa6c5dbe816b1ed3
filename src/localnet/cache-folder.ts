import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where fetched programs are kept between runs, outside any clone (XDG Base Directory Specification). */
export function cacheFolder(env: { readonly XDG_CACHE_HOME?: string | undefined }): string {
  const base = env.XDG_CACHE_HOME;
  return join(base !== undefined && base !== '' ? base : join(homedir(), '.cache'), 'orcapool');
}
