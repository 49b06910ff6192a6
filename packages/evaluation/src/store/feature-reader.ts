import type { FeatureCache } from './feature-cache.ts'

/** Where kept rows of features are read, by their addresses: the cache, or a published bundle. */
export type FeatureReader = Pick<FeatureCache, 'has' | 'size' | 'read' | 'rowShape' | 'readRows'>
