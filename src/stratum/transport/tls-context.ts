/** The certificate that the next TLS connection is shown; those that stand keep the one they began with. */
import { constants } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';

/**
 * A stranger's first message makes the pool calculate, and decides what: of what OpenSSL offers by itself, ffdhe8192 takes 120 ms of
 * the loop, P-521 5 ms, these two less than 1 ms. Whoever speaks TLS 1.2 speaks one of them.
 */
const GROUPS = 'X25519:P-256';
/** None in which a later message makes it decrypt with the certificate's key. */
const CIPHERS = [
  ...['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'],
  ...['ECDHE+AESGCM', 'ECDHE+CHACHA20', 'ECDHE+AES'],
].join(':');

/** The texts of two PEM files, as one renewal wrote them. */
export interface TlsPem {
  readonly certificate: string;
  readonly key: string;
}

/** Throws OpenSSL's error for what cannot be used. */
export function secureContextOf({ certificate, key }: TlsPem): SecureContext {
  return createSecureContext({
    cert: certificate,
    key,
    minVersion: 'TLSv1.2',
    ecdhCurve: GROUPS,
    ciphers: CIPHERS,
    honorCipherOrder: false,
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  });
}

export class TlsContext {
  /** Null where no TLS is spoken. */
  current: SecureContext | null = null;

  /** `pem`: as `TlsIdentity` has checked it. */
  use(pem: TlsPem): void {
    this.current = secureContextOf(pem);
  }
}
