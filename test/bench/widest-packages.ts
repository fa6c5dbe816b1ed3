/** The costliest packages that the bounds of docs/claim-format.md let in. */
import type { Wide } from '../unit/rounds/wide-packages.js';

/** By what is at its bound; each is within the 128 chunks. */
export const WIDEST: Readonly<Record<string, Wide>> = {
  miners: { rows: { miners: 65_536 } },
  signatures: { rows: { signatures: 65_536 } },
  jobs: { rows: { jobs: 32_768 } },
  'templates and shapes': { rows: { templates: 32_768, shapes: 32_768 } },
  'all tables': {
    rows: { templates: 32_768, shapes: 32_768, signatures: 65_536, miners: 65_536 },
    branch: 16,
  },
  'shapes of 8 outputs': { rows: { shapes: 32_768 }, outputs: 8 },
  'branches of 126': { rows: { templates: 7_900 }, branch: 126 },
};
