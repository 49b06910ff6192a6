import { join } from 'node:path'
import { prepare } from '@kinemetric/benchmark'
import { sharedPath } from '../../test/shared.ts'

/** The 29 real clips under interdyn-256x384, prepared in a folder. @returns the path of their manifest */
export async function prepareRealClips(folder: string): Promise<string> {
  const { manifest } = await prepare({
    adapter: 'interdyn-examples',
    dataset: sharedPath('data', 'interdyn-examples'),
    protocol: 'interdyn-256x384',
    out: join(folder, 'prepared'),
  })
  return manifest
}
