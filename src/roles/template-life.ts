/**
 * How long a template is kept once its work was superseded, and with it what a block on one of its jobs needs: a job
 * lives ten minutes then, and a block may be on its last share.
 */
export const TEMPLATE_LIFE_MS = 11 * 60_000;
