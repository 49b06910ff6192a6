import { basename, join } from 'node:path'
import { leadsToFolder } from '@kinemetric/files'
import { readdir } from 'node:fs/promises'
import { z } from 'zod'
import { benchmarkError } from '../failures/benchmark-error.ts'
import type { DatasetAdapter } from './dataset-adapter.ts'
import { videoSource } from './frame-source.ts'

/** CLEVRER's layout, videos alone: folders `video_00000-01000/` of `video_00000.mp4`. Yi et al., CLEVRER, ICLR 2020. */
export const clevrer: DatasetAdapter<{ first?: number | undefined }> = {
  id: 'clevrer',
  title: 'CLEVRER',
  options: z.strictObject({
    first: z.coerce.number().int().positive().optional().meta({ value: 'count', description: 'only the first clips' }),
  }),
  async *clips(path, { first = Number.POSITIVE_INFINITY }) {
    const entries = await readdir(path, { withFileTypes: true }).catch((cause: unknown) => {
      throw benchmarkError('bad-dataset', path, { expected: 'a readable folder', found: String(cause) }, { cause })
    })
    let given = 0
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      if (!/^video_\d+-\d+$/.test(entry.name) || !(await leadsToFolder(path, entry))) continue
      for (const name of (await readdir(join(path, entry.name))).sort()) {
        if (!name.endsWith('.mp4') || given++ >= first) continue
        yield { id: basename(name, '.mp4'), video: videoSource(join(path, entry.name, name)), name }
      }
    }
    if (given === 0)
      throw benchmarkError('bad-dataset', path, { expected: 'folders of CLEVRER’s videos', found: 'none' })
  },
}
