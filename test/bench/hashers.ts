/**
 * What a share is hashed with: the add-on, which must be in use then, and JavaScript. `metric`: how the pool's metrics name
 * it, in full or in the beginning.
 */
export const HASHERS = [
  { id: 'add-on', hasher: 'the add-on', metric: 'add-on', nodeArgs: [] },
  {
    id: 'javascript',
    hasher: 'JavaScript hashing',
    metric: 'JavaScript',
    nodeArgs: ['--conditions=orcapool-portable'],
  },
] as const;
