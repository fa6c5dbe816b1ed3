/**
 * A node of an emulated Koii storage: takes multipart uploads that a staker signed, and serves files by the CID of the
 * folder they came in. It knows no blocks, as Koii's does not.
 */
import { createHash, createPublicKey, verify } from 'node:crypto';
import { base32nopad, base58 } from '@scure/base';
import { concatBytes, sha256, utf8 } from '../../lib/index.js';
import { type JsonReply, type RunningServer, serveJson } from './json-server.js';

interface Upload {
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  /** Base58: signature, then what is signed. */
  readonly signature: string;
  readonly wallet: string;
}

export class StorageNode {
  private readonly folders = new Map<string, ReadonlyMap<string, Uint8Array>>();
  private server: RunningServer | null = null;
  /** To those who ask for files; uploads it takes. */
  isSilent = false;
  /** What it answers about files that it has not; real ones are not known to say 404 always. */
  lackStatus = 404;

  /** `isStaker`: whether a task's program owns the wallet. */
  constructor(
    readonly taskId: string,
    private readonly isStaker: (address: string) => boolean,
  ) {}

  /** Resolves to its address. */
  async start(): Promise<string> {
    const prefix = `/task/${this.taskId}/ipfs/`;
    this.server = await serveJson(async (request, body) => {
      const path = request.url?.startsWith(prefix) ? request.url.slice(prefix.length) : null;
      if (request.method === 'POST' && path === 'add') {
        return this.add(await readUpload(body, request.headers['content-type'] ?? ''));
      }
      if (this.isSilent) return refuse(504, 'Gateway Timeout');
      const [folder, name] = path?.split('/') ?? [];
      return this.folders.get(folder ?? '')?.get(name ?? '') ?? refuse(this.lackStatus, 'not found');
    });
    return `http://127.0.0.1:${this.server.port}`;
  }

  /** The names of the files of a folder. */
  names(cid: string): string[] {
    return [...(this.folders.get(cid)?.keys() ?? [])];
  }

  /** Null for what was never put there. */
  file(cid: string, name: string): Uint8Array | null {
    return this.folders.get(cid)?.get(name) ?? null;
  }

  /** As an upload does; resolves to the folder's CID. */
  put(files: Upload['files']): string {
    const content = files.flatMap(({ name, bytes }) => [utf8(`${name}\0`), bytes]);
    const head = Uint8Array.of(0x01, 0x70, 0x12, 0x20);
    const cid = `b${base32nopad.encode(concatBytes(head, sha256(concatBytes(...content)))).toLowerCase()}`;
    this.folders.set(cid, new Map(files.map(({ name, bytes }) => [name, bytes])));
    return cid;
  }

  /** Whoever put it there takes it away again. */
  forget(cid: string): void {
    this.folders.delete(cid);
  }

  async stop(): Promise<void> {
    await this.server?.close();
  }

  private add({ files, signature, wallet }: Upload): JsonReply {
    if (!this.isStaker(wallet)) return refuse(422, 'Staking wallet is not valid (Mismatch owner)');
    const digest = createHash('sha256')
      .update(concatBytes(...files.map(({ bytes }) => bytes)))
      .digest('hex');
    if (!isSigned(signature, digest, wallet)) return refuse(422, 'Invalid signature');
    const cid = this.put(files);
    return { status: 200, body: { cid, url: `/ipfs/${cid}` } };
  }
}

function refuse(status: number, message: string): JsonReply {
  return { status, body: { message } };
}

async function readUpload(body: Buffer, contentType: string): Promise<Upload> {
  const form = await new Response(new Uint8Array(body), {
    headers: { 'content-type': contentType },
  }).formData();
  const files = form.getAll('files').filter((entry) => typeof entry !== 'string');
  return {
    files: await Promise.all(
      files.map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })),
    ),
    signature: String(form.get('signature')),
    wallet: String(form.get('stakingWalletPubkey')),
  };
}

function isSigned(signature: string, digest: string, wallet: string): boolean {
  const signed = base58.decode(signature);
  const x = Buffer.from(base58.decode(wallet)).toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return (
    Buffer.from(signed.slice(64)).toString() === digest &&
    verify(null, signed.slice(64), key, signed.slice(0, 64))
  );
}
