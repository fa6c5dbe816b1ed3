/** `npm run docs:config`: writes docs/configuration.md beside the presets folder of this build. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configurationGuide } from './guide.js';
import { presetsFolder } from './presets-folder.js';

const folder = presetsFolder();
const guide = configurationGuide(folder, (path) => readFileSync(path, 'utf8'));
writeFileSync(join(folder, '../docs/configuration.md'), guide);
