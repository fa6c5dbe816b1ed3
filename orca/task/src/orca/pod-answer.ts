/**
 * What a container answered, out of what the relay says. Side-cars differ: one answers with the body alone and turns a
 * status that is no success into a failed call, the other puts status and body into another pair of the same names.
 * Whichever it was, the status is the container's.
 */
export interface PodAnswer {
  readonly status: number;
  readonly body: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

/** `response`: an `rpc:response`. Null where the relay has no container to ask. */
export function podAnswer(response: unknown): PodAnswer | null {
  const outer = fieldsOf(response);
  if (outer === null || outer.status === 'error') return null;
  if (outer.status === 200) {
    const inner = fieldsOf(outer.data);
    const isNested = inner !== null && typeof inner.status === 'number' && 'data' in inner;
    return isNested
      ? { status: inner.status as number, body: inner.data }
      : { status: 200, body: outer.data };
  }
  const thrown = fieldsOf(fieldsOf(outer.data)?.error);
  if (typeof thrown?.status === 'number') return { status: thrown.status, body: thrown.error };
  return { status: typeof outer.status === 'number' ? outer.status : 500, body: outer.data };
}
