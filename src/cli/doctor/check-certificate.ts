/** The certificate miners are shown: that it can be read, has its key, and does not run out unnoticed. */
import { errorMessage } from '../../lib/index.js';
import { readIdentity, type TlsFiles } from '../../stratum/index.js';
import { type Finding, fail, ok, warn } from './finding.js';

const DAY_MS = 86_400_000;
const SOON_DAYS = 14;

export function checkCertificate(files: TlsFiles, nowMs: number): Finding {
  try {
    const { leaf } = readIdentity(files);
    const days = Math.floor((Date.parse(leaf.validTo) - nowMs) / DAY_MS);
    const told = `${leaf.subject.replaceAll('\n', ', ')}, valid until ${leaf.validTo}`;
    if (days < 0)
      return fail(
        'certificate',
        `${told}: it has run out`,
        'renew it; the pool reads the new file by itself',
      );
    if (days < SOON_DAYS)
      return warn('certificate', `${told}: ${days} days`, 'renew it; the pool reads the new file by itself');
    return ok('certificate', told);
  } catch (error) {
    return fail('certificate', errorMessage(error), 'correct stratum.tlsCertificate and stratum.tlsKey');
  }
}
