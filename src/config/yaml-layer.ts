/**
 * A configuration file: YAML 1.2 read with the failsafe schema, in which every scalar is text, so `0000` stays
 * four digits and `no` stays a word. Sections are maps of settings; a list is joined by commas.
 */
import { isMap, isScalar, isSeq, LineCounter, type Pair, parseDocument } from 'yaml';
import { errorCode } from '../lib/index.js';
import { type Entry, type Layer, layerOf, type Problem, type ReadFile } from './layer.js';
import { nearest } from './nearest.js';
import { SETTING_BY_KEY, SETTINGS } from './schema.js';

const SECTIONS = new Set(SETTINGS.flatMap(({ section }) => (section === null ? [] : [section])));

function scalarText(node: unknown): string | undefined {
  return isScalar(node) && typeof node.value === 'string' ? node.value : undefined;
}

function textOf(node: unknown): string | undefined {
  if (!isSeq(node)) return scalarText(node);
  const items = node.items.map(scalarText);
  return items.every((item) => item !== undefined && item !== '') ? items.join(',') : undefined;
}

export function yamlLayer(path: string, readFile: ReadFile): Layer {
  let source: string;
  try {
    source = readFile(path);
  } catch (error) {
    const message = `cannot read this file (${errorCode(error) ?? error})`;
    return { given: new Map(), problems: [{ from: path, key: null, message }] };
  }
  const lines = new LineCounter();
  const document = parseDocument(source, { schema: 'failsafe', lineCounter: lines, prettyErrors: false });
  const problems: Problem[] = document.errors.map((error) => ({
    from: `${path}:${lines.linePos(error.pos[0]).line}`,
    key: null,
    message: `not YAML: ${error.message}`,
  }));
  const entries: Entry[] = [];

  const where = (pair: Pair) => {
    const at = isScalar(pair.key) ? pair.key.range?.[0] : undefined;
    return at === undefined ? path : `${path}:${lines.linePos(at).line}`;
  };
  const readSetting = (key: string, pair: Pair) => {
    const text = pair.value === null ? '' : textOf(pair.value);
    if (text !== undefined) entries.push({ key, text, from: where(pair) });
    else if (!SETTING_BY_KEY.has(key)) entries.push({ key, text: '', from: where(pair) });
    else problems.push({ from: where(pair), key, message: `expected ${SETTING_BY_KEY.get(key)?.expects}` });
  };
  const readSection = (section: string, pair: Pair) => {
    if (isMap(pair.value)) {
      for (const inner of pair.value.items) readSetting(`${section}.${scalarText(inner.key) ?? '?'}`, inner);
    } else if (scalarText(pair.value) !== '' && pair.value !== null) {
      problems.push({ from: where(pair), key: null, message: `${section}: expected settings below it` });
    }
  };

  const { contents } = document;
  if (isMap(contents)) {
    for (const pair of contents.items) {
      const name = scalarText(pair.key) ?? '?';
      if (SECTIONS.has(name)) readSection(name, pair);
      else if (!isMap(pair.value)) readSetting(name, pair);
      else {
        const message = `there is no section ${name}; did you mean ${nearest(name, SECTIONS)}?`;
        problems.push({ from: where(pair), key: null, message });
      }
    }
  } else if (contents !== null && document.errors.length === 0 && scalarText(contents) !== '') {
    problems.push({
      from: path,
      key: null,
      message: 'expected sections and settings, see docs/configuration.md',
    });
  }
  const known = layerOf(entries);
  return { given: known.given, problems: [...problems, ...known.problems] };
}
