/**
 * The id of a message as the JSON text it was written in. The answer repeats it, and parsing would lose it: `1e3`,
 * `1.0`, integers beyond 2⁵³ and escapes in strings all come back from JSON.parse as something else, and a miner that
 * compares text would not know its own id again. Part of the hot path: one pass over the line, nothing copied.
 */
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACE = 0x7d;
const CLOSE_BRACKET = 0x5d;
const ID_FIRST = '{"id":';

/** `line`: a JSON object that JSON.parse has taken. "null" where it has no id; of several ids, the last. */
export function rawId(line: string): string {
  if (isIdFirst(line)) return line.slice(ID_FIRST.length, endOfValue(line, ID_FIRST.length)).trim();
  let id = 'null';
  let at = line.indexOf('{') + 1;
  for (;;) {
    const keyFrom = line.indexOf('"', at);
    if (keyFrom < 0) return id;
    const keyEnd = endOfString(line, keyFrom);
    const valueFrom = line.indexOf(':', keyEnd) + 1;
    const valueEnd = endOfValue(line, valueFrom);
    if (isId(line, keyFrom, keyEnd)) id = line.slice(valueFrom, valueEnd).trim();
    if (line.charCodeAt(valueEnd) !== COMMA) return id;
    at = valueEnd + 1;
  }
}

/** As most miners write it, with no other text that might be a second id: looked at by searches, not by the character. */
function isIdFirst(line: string): boolean {
  return line.startsWith(ID_FIRST) && line.indexOf('"id"', ID_FIRST.length) < 0 && line.indexOf('\\') < 0;
}

/** A key may be spelled with escapes; that is rare enough to be parsed. */
function isId(line: string, from: number, end: number): boolean {
  const key = line.slice(from, end);
  return key === '"id"' || (key.includes('\\') && JSON.parse(key) === 'id');
}

/** Just past the closing quote of the string that opens at `from`. */
function endOfString(line: string, from: number): number {
  for (let at = from + 1; ; at++) {
    const code = line.charCodeAt(at);
    if (code === BACKSLASH) at++;
    else if (code === QUOTE) return at + 1;
  }
}

/** Where the comma or brace stands that ends the value at `from`. */
function endOfValue(line: string, from: number): number {
  let depth = 0;
  for (let at = from; ; at++) {
    switch (line.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(line, at) - 1;
        break;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        depth++;
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        if (depth === 0) return at;
        depth--;
        break;
      case COMMA:
        if (depth === 0) return at;
    }
  }
}
