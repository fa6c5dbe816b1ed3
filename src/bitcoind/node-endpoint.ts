/** Where one bitcoind listens and how to prove who we are; a plain option of this room. */
export type RpcAuth = { readonly cookieFile: string } | { readonly user: string; readonly password: string };

export interface NodeEndpoint {
  /** `http://host:port`; credentials in it are ignored and never shown. */
  readonly url: string;
  readonly auth: RpcAuth;
  /** bitcoind's `-zmqpubhashblock` address, e.g. `tcp://127.0.0.1:28332`; null without ZMQ. */
  readonly zmqHashBlock: string | null;
}

/** The endpoint's URL as logs, errors and `/healthz` may show it. */
export function nodeName(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}
