/** What a share is hashed with: whatever `npm run build` made, and JavaScript. */
export const HASHERS = [
  { id: 'add-on', hasher: 'the best hasher', nodeArgs: [] },
  { id: 'javascript', hasher: 'JavaScript hashing', nodeArgs: ['--conditions=orcapool-portable'] },
] as const;
