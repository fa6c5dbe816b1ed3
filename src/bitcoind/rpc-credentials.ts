/**
 * Credentials of one node. bitcoind writes a new cookie (`__cookie__:<hex>`) at each start, so the file is read
 * once, kept, and read again after a 401; the call is repeated only if the file had changed.
 */
import { readFile } from 'node:fs/promises';
import { errorCode } from '../lib/index.js';
import type { RpcAuth } from './node-endpoint.js';
import { RpcError } from './rpc-error.js';

export interface UserAndPassword {
  readonly user: string;
  readonly password: string;
}

export class RpcCredentials {
  private known: UserAndPassword | null = null;

  constructor(private readonly auth: RpcAuth) {
    if ('user' in auth) this.known = auth;
  }

  /** Runs `attempt`, and once more after a 401 if the cookie has changed meanwhile. */
  async use<T>(attempt: (credentials: UserAndPassword) => Promise<T>): Promise<T> {
    const tried = this.known ?? (await this.read());
    try {
      return await attempt(tried);
    } catch (error) {
      if (errorCode(error) !== 'RPC_UNAUTHORIZED' || 'user' in this.auth) throw error;
      const fresh = await this.read();
      if (fresh.user === tried.user && fresh.password === tried.password) throw error;
      return attempt(fresh);
    }
  }

  private async read(): Promise<UserAndPassword> {
    if ('user' in this.auth) return this.auth;
    const path = this.auth.cookieFile;
    let text: string;
    try {
      text = (await readFile(path, 'utf8')).trim();
    } catch (cause) {
      throw new RpcError(
        'RPC_COOKIE_UNREADABLE',
        `cannot read bitcoind's cookie file ${path} (${String(errorCode(cause))}): is bitcoind running, and may this user read its datadir?`,
        { path },
        cause,
      );
    }
    const colon = text.indexOf(':');
    if (colon < 1) {
      throw new RpcError('RPC_COOKIE_UNREADABLE', `${path} is no bitcoind cookie file (user:password)`, {
        path,
      });
    }
    this.known = { user: text.slice(0, colon), password: text.slice(colon + 1) };
    return this.known;
  }
}
