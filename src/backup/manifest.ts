/** The first entry of an archive: what the others are, so that each byte behind it can be checked. */
import { z } from 'zod';
import { BackupError } from './backup-error.js';

export const MANIFEST_NAME = 'manifest.json';
/** A shard or template is named in about a hundred bytes. */
export const LARGEST_MANIFEST_BYTES = 16 << 20;

const FORMAT = 'orcapool-backup/1';
/** Only places that a data directory has: an archive from a stranger must not write anywhere else. */
const PATH =
  /^(?:network|receipt-key\.pem|blocks\.sqlite|shares\/shard-\d{1,3}\.sqlite|templates\/[0-9a-f]{1,64}\.template|claims\/\d{1,20}(?:\.json|(?:\.draws)?\.car|\.left)|rounds\/\d{1,20}\.json|audits\/(?:\d{1,20}|blocks)\/[1-9A-HJ-NP-Za-km-z]{1,44}\.json)$/;

const schema = z.object({
  format: z.literal(FORMAT),
  network: z.string().regex(/^[a-z0-9]{1,20}$/),
  /** When the snapshot began, ISO 8601. */
  takenAt: z.iso.datetime(),
  files: z.array(
    z.object({
      path: z.string().regex(PATH),
      bytes: z.number().int().nonnegative(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
});

export type Manifest = z.output<typeof schema>;
export type ManifestFile = Manifest['files'][number];

export function newManifest(fields: Omit<Manifest, 'format'>): Manifest {
  return { format: FORMAT, ...fields };
}

/** Throws `BackupError`. */
export function parseManifest(text: string): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new BackupError('BACKUP_DAMAGED', 'the manifest of the archive is not JSON', {}, error);
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    throw new BackupError(
      'BACKUP_UNKNOWN',
      `this is no backup of the form ${FORMAT} (${parsed.error.issues[0]?.path.join('.')}): it may be of a later version`,
    );
  }
  const paths = new Set(parsed.data.files.map(({ path }) => path));
  if (paths.size !== parsed.data.files.length) {
    throw new BackupError('BACKUP_DAMAGED', 'the manifest names a file twice');
  }
  return parsed.data;
}
