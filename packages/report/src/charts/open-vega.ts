import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isThere, ownFolder } from '@kinemetric/files'

export type Vega = typeof import('./vega.ts')

/** vega and vega-lite, as the release carries them, or the packages themselves in the checkout. */
export async function openVega(): Promise<Vega> {
  const carried = join(ownFolder('site-renderer'), 'charts.mjs')
  return (await isThere(carried)) ? import(pathToFileURL(carried).href) : import('./vega.ts')
}
