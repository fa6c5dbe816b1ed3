/** Koii's storage as the emulated nodes and auditors reach into it; a node's own task goes by its HTTP. */
export interface StoredArchives {
  /** Null for what is not there. */
  file(storeCid: string, name: string): Uint8Array | null;
  /** Returns the storage's CID of the folder. */
  put(files: readonly { readonly name: string; readonly bytes: Uint8Array }[]): string;
  forget(storeCid: string): void;
}
