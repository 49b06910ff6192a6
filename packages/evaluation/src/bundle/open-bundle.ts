import { join } from 'node:path'
import { checkJson, readRawJson } from '@kinemetric/files'
import { type Bundle, bundleSchema, codeVersion } from '@kinemetric/records'
import { bundleError } from './bundle-error.ts'
import { bundleFile } from './bundle-target.ts'

const ours = 1

/**
 * What a bundle says of itself.
 * @throws KinemetricError `newer-bundle` for one of a later format, `not-a-bundle` for another file, and as `readJson`
 */
export async function readBundle(folder: string): Promise<Bundle> {
  const path = join(folder, bundleFile)
  const value = await readRawJson(path)
  const [, version] = /^kinemetric\/bundle@(\d+)$/.exec(textIn(value, 'schema')) ?? []
  if (version === undefined)
    throw bundleError('not-a-bundle', path, {
      expected: `schema kinemetric/bundle@${ours}`,
      found: textIn(value, 'schema') || 'none',
    })
  if (Number(version) > ours) {
    const by = textIn(typeof value === 'object' && value !== null && 'code' in value ? value.code : null, 'version')
    const { version: own } = await codeVersion()
    throw bundleError('newer-bundle', path, {
      expected: `a bundle of format ${ours} or older, which this version (${own}) knows`,
      found: `format ${version}${by === '' ? '' : `, made by kinemetric ${by}`}`,
      then: `install that version or a later one (npm install kinemetric${by === '' ? '@latest' : `@${by}`}) and verify again`,
    })
  }
  return checkJson(path, value, bundleSchema)
}

function textIn(value: unknown, name: string): string {
  const own: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
  return typeof own === 'string' ? own : ''
}
