/**
 * What Koii's nodes tell each other of themselves (`getNodes`): a list that anybody may add to, so an address in it is a
 * place to look and nothing more. What is had there is held against its CID.
 */

/** By staking key, the newest of each; entries of another form are passed over. */
export function readNodeUrls(nodes: unknown): Map<string, string> {
  const newest = new Map<string, { readonly url: string; readonly timestamp: number }>();
  for (const entry of Array.isArray(nodes) ? nodes : []) {
    const { data, submitterPubkey } = (entry ?? {}) as Record<string, unknown>;
    const { url, timestamp } = (data ?? {}) as Record<string, unknown>;
    if (typeof submitterPubkey !== 'string' || typeof url !== 'string' || !isHttp(url)) continue;
    const at = typeof timestamp === 'number' ? timestamp : 0;
    const known = newest.get(submitterPubkey);
    if (known === undefined || known.timestamp < at) newest.set(submitterPubkey, { url, timestamp: at });
  }
  return new Map([...newest].map(([key, { url }]) => [key, url]));
}

/** Without `URL.canParse`, which Koii's Node 18.12 has not. */
function isHttp(url: string): boolean {
  try {
    return /^https?:$/.test(new URL(url).protocol);
  } catch {
    return false;
  }
}

/** Where the task of the node at `nodeUrl` has its package of a round: its own route, which Koii's node passes on. */
export function packageUrlAt(nodeUrl: string, taskId: string, round: number): string {
  return new URL(`/task/${taskId}/rounds/${round}/package`, nodeUrl).href;
}
