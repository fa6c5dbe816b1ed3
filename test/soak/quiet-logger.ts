/** For parts whose words nobody reads here. */
import type { Logger } from '../../src/lib/index.js';

const quiet = (): void => {};

export const quietLogger: Logger = {
  ...{ debug: quiet, info: quiet, warn: quiet, error: quiet },
  child: () => quietLogger,
};
