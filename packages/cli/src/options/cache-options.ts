import { Option } from 'commander'
import { defaultCacheFolder, FeatureCache } from '@kinemetric/evaluation/feature-cache'
import { warn } from '../output/print.ts'

/** `--cache <folder>` and `--no-cache`, as commander leaves them. */
export interface CacheFlags {
  cache?: string | boolean
}

export function cacheOption(): Option {
  return new Option(
    '--cache <folder>',
    'cache of features and tracks (default: KINEMETRIC_CACHE, then the user’s cache)',
  )
}

export function noCacheOption(): Option {
  return new Option('--no-cache', 'compute every feature anew')
}

/** The folder that was named, `false` for none, undefined for the default. */
export function cacheChoice({ cache }: CacheFlags): string | false | undefined {
  return cache === false ? false : typeof cache === 'string' ? cache : undefined
}

/** The cache for a command that keeps nothing of its own: without a folder, or with one that cannot be written, it works without. */
export function openCache(flags: CacheFlags): FeatureCache | undefined {
  const folder = cacheChoice(flags) ?? defaultCacheFolder()
  if (folder === false || folder === undefined) return undefined
  return new FeatureCache(folder, undefined, warn)
}
