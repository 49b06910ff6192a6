// The site of eight methods by nine columns, built once for all tests that look at it.
import { join } from 'node:path'
import { madeOnce } from '../../../../test/made-once.ts'
import { writeLargeBoard } from '../large-board.ts'
import { OpenSite } from './open-site.ts'

/** Opens it, for `useSite`. */
export async function largeSite(): Promise<OpenSite> {
  const work = await madeOnce('large-site', async (folder) => {
    await writeLargeBoard(join(folder, 'results'))
    await OpenSite.build(folder)
  })
  return OpenSite.shared(work)
}
