/** Which licences a production dependency may have, and where a package states its own. */

export const ALLOWED: ReadonlySet<string> = new Set([
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'MPL-2.0',
  '0BSD',
  'Unlicense',
  'CC0-1.0',
]);

/** Packages by name whose own statement is not enough, each with the reason it may stay. */
export const EXCEPTIONS: Readonly<Record<string, string>> = {};

export interface PackageStatement {
  /** SPDX expression, or the object older packages have. */
  readonly license?: string | { readonly type?: string };
  readonly licenses?: readonly { readonly type?: string }[];
}

/** The SPDX expression; a list of licences means any of them. Null where nothing is stated. */
export function statedLicence({ license, licenses }: PackageStatement): string | null {
  if (typeof license === 'string') return license;
  if (license?.type !== undefined) return license.type;
  const types = licenses?.flatMap(({ type }) => type ?? []) ?? [];
  return types.length === 0 ? null : types.join(' OR ');
}

/** SPDX: AND needs every side, OR one of them; AND binds closer. Parentheses as deep as they come. */
export function isAllowed(expression: string): boolean {
  const inner = /\(([^()]*)\)/.exec(expression);
  if (inner !== null) {
    const verdict = isAllowed(inner[1]!) ? 'MIT' : 'refused';
    return isAllowed(expression.replace(inner[0], verdict));
  }
  return expression
    .split(' OR ')
    .some((side) => side.split(' AND ').every((licence) => ALLOWED.has(licence.trim())));
}
