/**
 * The key a node signs receipts with: Ed25519, made once, in one file of the data directory that only its owner can
 * read. It can attest that a share was accepted and nothing else; it moves no money. See docs/claim-format.md.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { tellsNoFile } from '../disk/index.js';
import { CodedError, errorCode } from '../lib/index.js';
import {
  appointmentMessage,
  type Receipt,
  type ReceiptAppointment,
  receiptMessage,
  type SignedReceipt,
} from '../rounds/index.js';
import { isSignedBy } from './ed25519.js';

export class ReceiptKeyError extends CodedError<'RECEIPT_KEY_UNREADABLE'> {}

/** Owner only. */
const MODE = 0o600;

async function read(path: string): Promise<KeyObject | null> {
  let pem: string;
  try {
    pem = await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    if (!tellsNoFile(error)) throw error;
    throw unreadable(path);
  }
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Told below, without a word of what the file holds.
  }
  throw unreadable(path);
}

/** Miners hold receipts that it signed, and the node key has appointed it: only its operator may give it up. */
function unreadable(path: string): ReceiptKeyError {
  return new ReceiptKeyError(
    'RECEIPT_KEY_UNREADABLE',
    `${path} is no Ed25519 key: restore it from a backup, or remove it and let a new one be made`,
  );
}

async function make(path: string): Promise<KeyObject> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: MODE, flush: true });
  try {
    // Unlike a rename, this never takes the place of a key that somebody else has just made.
    await link(draft, path);
    return privateKey;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return (await read(path))!;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

export class ReceiptKey {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;

  private constructor(private readonly key: KeyObject) {
    const { x } = createPublicKey(key).export({ format: 'jwk' });
    this.publicKey = new Uint8Array(Buffer.from(x!, 'base64url'));
  }

  /** Makes the file when it is missing. Throws `ReceiptKeyError` and the system's errors. */
  static async open(path: string): Promise<ReceiptKey> {
    return new ReceiptKey((await read(path)) ?? (await make(path)));
  }

  sign(receipt: Receipt): SignedReceipt {
    return { ...receipt, signature: new Uint8Array(sign(null, receiptMessage(receipt), this.key)) };
  }
}

/** Whether the holder of `receiptKey` signed it. */
export function isSigned(receipt: SignedReceipt, receiptKey: Uint8Array): boolean {
  return isSignedBy(receiptKey, receiptMessage(receipt), receipt.signature);
}

/** Whether the node's own key appointed the receipt key. `nodeKey`: its K2 public key. */
export function isAppointed(
  appointment: ReceiptAppointment,
  taskId: Uint8Array,
  nodeKey: Uint8Array,
): boolean {
  const message = appointmentMessage(taskId, nodeKey, appointment);
  return isSignedBy(nodeKey, message, appointment.signature);
}
