import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isThere, ownFolder } from '@kinemetric/files'
import { reportError } from '../board/report-error.ts'

export type Vega = typeof import('./vega.ts')

/**
 * vega and vega-lite, as the release carries them, or the packages themselves in the checkout.
 * @throws KinemetricError `build-failed` where neither is there
 */
export async function openVega(): Promise<Vega> {
  const carried = join(ownFolder('site-renderer'), 'charts.mjs')
  if (await isThere(carried)) return import(pathToFileURL(carried).href)
  return import('./vega.ts').catch((cause: unknown) => {
    const found = { expected: 'what a release carries to draw charts with', found: 'nothing' }
    throw reportError('build-failed', carried, { ...found, then: 'install kinemetric anew' }, { cause })
  })
}
