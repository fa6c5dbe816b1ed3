/**
 * Certificate and key for TLS, from files that are renewed while the pool runs. A renewal is taken for the next
 * connection and drops nobody; one that cannot be used leaves the old one in place and is told until it is mended.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContext } from 'node:tls';
import { CodedError, errorMessage, type Logger, type Timers } from '../../lib/index.js';

export class TlsIdentityError extends CodedError<'TLS_IDENTITY'> {}

export interface TlsFiles {
  /** PEM: the certificate, then those up to the root that miners know. */
  readonly certificate: string;
  /** PEM, without passphrase. */
  readonly key: string;
}

/** Its parts as they lie in the files. */
interface Loaded {
  readonly context: SecureContext;
  readonly contents: string;
}

const LOOK_MS = 10_000;

/** Throws `TlsIdentityError` with what is wrong and what to do. */
export function readIdentity({ certificate, key }: TlsFiles): Loaded & { readonly leaf: X509Certificate } {
  try {
    const cert = readFileSync(certificate, 'utf8');
    const secret = readFileSync(key, 'utf8');
    const leaf = new X509Certificate(cert);
    if (!leaf.checkPrivateKey(createPrivateKey(secret))) {
      throw new TlsIdentityError(
        'TLS_IDENTITY',
        `the key ${key} is not the one of the certificate ${certificate}`,
      );
    }
    const context = createSecureContext({ cert, key: secret, minVersion: 'TLSv1.2' });
    return { context, leaf, contents: `${cert}\n${secret}` };
  } catch (error) {
    if (error instanceof TlsIdentityError) throw error;
    throw new TlsIdentityError(
      'TLS_IDENTITY',
      `certificate ${certificate} and key ${key} cannot be used (${errorMessage(error)}): both are PEM files this user may read`,
      {},
      error,
    );
  }
}

export class TlsIdentity {
  /** Why the files as they are now cannot be used, for the operator; null when they can. */
  fault: string | null = null;
  private loaded: Loaded;
  private readonly cancel: () => void;

  /** Throws `TlsIdentityError`. */
  constructor(
    private readonly files: TlsFiles,
    private readonly logger: Logger,
    timers: Timers,
  ) {
    this.loaded = readIdentity(files);
    this.cancel = timers.every(LOOK_MS, () => this.look());
  }

  get context(): SecureContext {
    return this.loaded.context;
  }

  /** Called every ten seconds: the files are read whole, because a renewal may keep size and time. */
  look(): void {
    try {
      const next = readIdentity(this.files);
      if (this.fault !== null) this.logger.info({}, 'the TLS certificate can be used again');
      this.fault = null;
      if (next.contents === this.loaded.contents) return;
      this.loaded = next;
      this.logger.info({ validTo: next.leaf.validTo }, 'the renewed TLS certificate is in use');
    } catch (error) {
      const message = errorMessage(error);
      if (message === this.fault) return;
      this.fault = message;
      this.logger.error(
        { error: message },
        'the renewed TLS certificate cannot be used; the old one stays in use',
      );
    }
  }

  close(): void {
    this.cancel();
  }
}
