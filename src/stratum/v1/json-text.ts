/**
 * A string as JSON of ASCII alone. Lines are read and written byte for byte as Latin-1, which costs a third of UTF-8
 * and repeats a miner's id as it came in whatever encoding; our own words must not need more than ASCII then.
 */
export function jsonText(text: string): string {
  return JSON.stringify(text).replace(/[^\x20-\x7e]/g, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
