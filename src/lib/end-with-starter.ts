/**
 * What a process that starts a pool node may send it through its channel: the node ends then as soon as the channel
 * does. A supervisor that has a channel for purposes of its own says no such thing, and its nodes outlive it.
 */
export const END_WITH_STARTER = 'orcapool: end with whoever started you';
