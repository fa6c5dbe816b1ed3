/**
 * Whether a JSON value is as expected. An expected string of the form `/.../` is a pattern for a string, and `*` stands
 * for anything at all; everything else is meant literally, arrays by length and objects by their keys too.
 */
export function matches(expected: unknown, value: unknown): boolean {
  if (expected === '*') return true;
  if (typeof expected === 'string' && /^\/.*\/$/.test(expected)) {
    return typeof value === 'string' && new RegExp(expected.slice(1, -1)).test(value);
  }
  if (typeof expected !== 'object' || expected === null) return Object.is(expected, value);
  if (typeof value !== 'object' || value === null || Array.isArray(value) !== Array.isArray(expected))
    return false;
  const keys = Object.keys(expected);
  return (
    keys.length === Object.keys(value).length &&
    keys.every(
      (key) =>
        Object.hasOwn(value, key) &&
        matches((expected as Record<string, unknown>)[key], (value as Record<string, unknown>)[key]),
    )
  );
}
