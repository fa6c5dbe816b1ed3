/** The certificate that the next TLS connection is shown; those that stand keep the one they began with. */
import { createSecureContext, type SecureContext } from 'node:tls';

/** The texts of two PEM files, as one renewal wrote them. */
export interface TlsPem {
  readonly certificate: string;
  readonly key: string;
}

/** Throws OpenSSL's error for what cannot be used. */
export function secureContextOf({ certificate, key }: TlsPem): SecureContext {
  return createSecureContext({ cert: certificate, key, minVersion: 'TLSv1.2' });
}

export class TlsContext {
  /** Null where no TLS is spoken. */
  current: SecureContext | null = null;

  /** `pem`: as `TlsIdentity` has checked it. */
  use(pem: TlsPem): void {
    this.current = secureContextOf(pem);
  }
}
