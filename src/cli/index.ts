export type { ConfigFlags } from './config-flags.js';
