/** The certificate miners are shown: that it can be read, has its key, and does not run out unnoticed. */
import { errorMessage } from '../../lib/index.js';
import { readIdentity, type TlsFiles } from '../../stratum/index.js';
import { type Finding, fail, ok, warn } from './finding.js';

const ABOUT = 'certificate';
const DAY_MS = 86_400_000;
const SOON_DAYS = 14;
const RENEW = 'renew it; the pool reads the new file by itself';

export function checkCertificate(files: TlsFiles, nowMs: number): Finding {
  try {
    const { leaf } = readIdentity(files);
    const name = leaf.subject.replaceAll('\n', ', ');
    if (Date.parse(leaf.validFrom) > nowMs) {
      const told = `${name}, valid from ${leaf.validFrom} only`;
      return warn(ABOUT, told, 'miners that check it refuse it until then; is the clock right?');
    }
    const days = Math.floor((Date.parse(leaf.validTo) - nowMs) / DAY_MS);
    const told = `${name}, valid until ${leaf.validTo}`;
    if (days < 0) return fail(ABOUT, `${told}: it has run out`, RENEW);
    if (days < SOON_DAYS) return warn(ABOUT, `${told}: ${days} days`, RENEW);
    return ok(ABOUT, told);
  } catch (error) {
    return fail(ABOUT, errorMessage(error), 'correct stratum.tlsCertificate and stratum.tlsKey');
  }
}
