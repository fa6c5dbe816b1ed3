/** The `config/` folder that ships with this build, three levels above `build/src/config/`. */
import { fileURLToPath } from 'node:url';

export function presetsFolder(): string {
  return fileURLToPath(new URL('../../../config', import.meta.url));
}
