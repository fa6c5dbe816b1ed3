/**
 * Whom an archive is sealed for. Sealing is the age format (age-encryption.org/v1), so that an archive can also be
 * opened with any other implementation of it; what lies inside is a gzipped tar.
 */
import { errorMessage } from '../lib/index.js';
import { BackupError } from './backup-error.js';

export type SealKey =
  | { readonly kind: 'open' }
  | { readonly kind: 'passphrase'; readonly passphrase: string }
  /** `age1…`: who writes needs no secret, and cannot read what it wrote. */
  | { readonly kind: 'recipients'; readonly recipients: readonly string[] };

export type OpenKey =
  | { readonly kind: 'open' }
  | { readonly kind: 'passphrase'; readonly passphrase: string }
  /** `AGE-SECRET-KEY-1…`. */
  | { readonly kind: 'identities'; readonly identities: readonly string[] };

type Bytes = ReadableStream<Uint8Array>;

/** Where it is used: a node, which has this file without ever sealing, would load its 56 modules at each start. */
function ageEncryption() {
  return import('age-encryption');
}

/** Throws `BackupError` for a recipient that is none. */
export async function seal(plain: Bytes, key: SealKey): Promise<Bytes> {
  if (key.kind === 'open') return plain;
  const { Encrypter } = await ageEncryption();
  const encrypter = new Encrypter();
  try {
    if (key.kind === 'passphrase') encrypter.setPassphrase(key.passphrase);
    else for (const recipient of key.recipients) encrypter.addRecipient(recipient);
  } catch (error) {
    throw new BackupError('BACKUP_KEY', `an age recipient is wrong: ${errorMessage(error)}`, {}, error);
  }
  return await encrypter.encrypt(plain);
}

/** Throws `BackupError` for a key that does not open it; a damaged rest fails when it is read. */
export async function unseal(sealed: Bytes, key: OpenKey): Promise<Bytes> {
  if (key.kind === 'open') return sealed;
  const { Decrypter } = await ageEncryption();
  const decrypter = new Decrypter();
  try {
    if (key.kind === 'passphrase') decrypter.addPassphrase(key.passphrase);
    else for (const identity of key.identities) decrypter.addIdentity(identity);
    return await decrypter.decrypt(sealed);
  } catch (error) {
    throw new BackupError(
      'BACKUP_NOT_OPENED',
      `the archive cannot be opened with this ${key.kind === 'passphrase' ? 'passphrase' : 'identity'}: ${errorMessage(error)}`,
      {},
      error,
    );
  }
}
