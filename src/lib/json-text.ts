/** JSON with bigints as their decimal text, which JSON has no other way to write exactly. `indent`: 0 for one line. */
export function jsonText(value: unknown, indent = 0): string {
  return JSON.stringify(value, (_name, each) => (typeof each === 'bigint' ? each.toString() : each), indent);
}
