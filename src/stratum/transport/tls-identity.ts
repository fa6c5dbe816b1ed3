/**
 * Certificate and key for TLS, from files that are renewed while the pool runs. A renewal is taken for the next
 * connection and drops nobody; one that cannot be used leaves the old one in place and is told until it is mended.
 * One for the whole node: whoever shows the certificate is handed its text, so that a listener that starts while the
 * files are wrong has the old one too.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { CodedError, errorMessage, type Logger, type Timers } from '../../lib/index.js';
import { secureContextOf, type TlsPem } from './tls-context.js';

export class TlsIdentityError extends CodedError<'TLS_IDENTITY'> {}

export interface TlsFiles {
  /** PEM: the certificate, then those up to the root that miners know. */
  readonly certificate: string;
  /** PEM, without passphrase. */
  readonly key: string;
}

interface Loaded {
  readonly pem: TlsPem;
  readonly leaf: X509Certificate;
}

const LOOK_MS = 10_000;

/** Throws `TlsIdentityError` with what is wrong and what to do. */
export function readIdentity(files: TlsFiles): Loaded {
  const { certificate, key } = files;
  try {
    const pem = { certificate: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') };
    const leaf = new X509Certificate(pem.certificate);
    if (!leaf.checkPrivateKey(createPrivateKey(pem.key))) {
      throw new TlsIdentityError(
        'TLS_IDENTITY',
        `the key ${key} is not the one of the certificate ${certificate}`,
      );
    }
    secureContextOf(pem);
    return { pem, leaf };
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
  /** What the operator has to mend; null while all is well. */
  fault: string | null = null;
  /** Told the text of each renewal. */
  onRenewed: (pem: TlsPem) => void = () => {};
  private loaded: Loaded;
  private cancel = (): void => {};

  /** Throws `TlsIdentityError`. */
  constructor(
    private readonly files: TlsFiles,
    private readonly logger: Logger,
    private readonly timers: Timers,
  ) {
    this.loaded = readIdentity(files);
  }

  /** In use now. */
  get pem(): TlsPem {
    return this.loaded.pem;
  }

  start(): void {
    this.look();
    this.cancel = this.timers.every(LOOK_MS, () => this.look());
  }

  close(): void {
    this.cancel();
  }

  /** Every ten seconds: the files are read whole, because a renewal may keep size and time. */
  private look(): void {
    const fault = this.faultOfFiles() ?? this.ranOut(this.loaded);
    if (fault === this.fault) return;
    this.fault = fault;
    if (fault === null) this.logger.info({}, 'the TLS certificate is well again');
    else this.logger.error({ error: fault }, 'TLS goes on with the certificate it has until this is mended');
  }

  /** Why the files as they lie cannot be used; null when they are. */
  private faultOfFiles(): string | null {
    try {
      const next = readIdentity(this.files);
      const { pem } = this.loaded;
      if (next.pem.certificate === pem.certificate && next.pem.key === pem.key) return null;
      const fault = this.ranOut(next);
      if (fault !== null) return fault;
      this.loaded = next;
      this.logger.info({ validTo: next.leaf.validTo }, 'the renewed TLS certificate is in use');
      this.onRenewed(next.pem);
      return null;
    } catch (error) {
      return errorMessage(error);
    }
  }

  private ranOut({ leaf }: Loaded): string | null {
    if (Date.parse(leaf.validTo) > this.timers.nowMs()) return null;
    return `the certificate ${this.files.certificate} ran out on ${leaf.validTo}: renew it`;
  }
}
