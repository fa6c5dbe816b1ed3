/**
 * A setting is a zod schema from text to a value, with the facts that the guide, the environment names and the
 * error messages are made of kept beside it in a registry. Defaults are written as text, the way an operator
 * would write them, so the guide shows exactly what may be typed.
 */
import { z } from 'zod';
import type { Kind } from './setting-kinds.js';

export interface SettingFacts {
  /** One sentence for the guide. */
  readonly about: string;
  readonly expects: string;
  readonly list: boolean;
  readonly unit: string | null;
  /** `whole`: never shown. `userinfo`: a URL shown without its user:password@. Both may come from a file. */
  readonly secret: 'whole' | 'userinfo' | null;
  /** The same on every network; null where a preset gives it or where it may stay unset. */
  readonly fallback: string | null;
  /** Whether something (a preset, the operator) must set it. */
  readonly required: boolean;
}

export type Wording = {
  readonly about: string;
  readonly unit?: string;
  readonly secret?: 'whole' | 'userinfo';
};

export const settingFacts = z.registry<SettingFacts>();

function fromText<Value>(kind: Kind<Value>) {
  return z.string().transform((text, context): Value => {
    const value = kind.parse(text);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: kind.expects });
    return z.NEVER;
  });
}

function facts(
  kind: Kind<unknown>,
  wording: Wording,
  fallback: string | null,
  required: boolean,
): SettingFacts {
  const { about, unit = null, secret = null } = wording;
  return { about, expects: kind.expects, list: kind.list, unit, secret, fallback, required };
}

/** Set by every preset, or by the operator. */
export function required<Value>(kind: Kind<Value>, wording: Wording) {
  return fromText(kind).register(settingFacts, facts(kind, wording, null, true));
}

export function withDefault<Value>(kind: Kind<Value>, fallback: string, wording: Wording) {
  return fromText(kind)
    .prefault(fallback)
    .register(settingFacts, facts(kind, wording, fallback, false));
}

/** Null while nobody sets it. */
export function optional<Value>(kind: Kind<Value>, wording: Wording) {
  return z
    .nullable(fromText(kind))
    .prefault(null)
    .register(settingFacts, facts(kind, wording, null, false));
}
