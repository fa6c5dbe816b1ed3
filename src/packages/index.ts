export { httpBody, PlaceError, resolvePublic } from './http-body.js';
export { type CacheOptions, PackageCache } from './package-cache.js';
export { type Fetched, PackageSource, SOURCE_BOUNDS, type SourceOptions } from './package-source.js';
export { type Place, placeName } from './place.js';
export { isPublicAddress, isPublicOrLoopback } from './public-address.js';
export type { Tried, Wanted } from './transfer.js';
