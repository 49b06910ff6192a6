import { systemReason } from '@kinemetric/files'
import { basename } from 'node:path'
import { z } from 'zod'
import { benchmarkError } from '../failures/benchmark-error.ts'
import type { DatasetAdapter } from './dataset-adapter.ts'
import { videoSource } from './frame-source.ts'
import { listVideos } from './video-files.ts'

/** A folder of videos (files, or folders of frames), each one a clip named after its file; or of single images, each a clip of one frame. */
export const folder: DatasetAdapter = {
  id: 'folder',
  title: 'A folder of videos',
  options: z.strictObject({}),
  async *clips(path) {
    const { entries: videos, warnings } = await listVideos(path).catch((cause: unknown) => {
      const said = { expected: 'a readable folder of videos', found: systemReason(cause) }
      throw benchmarkError('bad-dataset', path, said, { cause })
    })
    if (videos.length === 0)
      throw benchmarkError('bad-dataset', path, {
        expected: 'videos or folders of frames',
        found: ['none', ...warnings].join('; '),
      })
    for (const note of warnings) yield { note }
    for (const [id, same] of Map.groupBy(videos, (video) => video.name)) {
      const [first] = same
      if (same.length === 1)
        yield { id, video: videoSource(first.path), name: first.path.slice(path.length).replace(/^[\\/]/, '') }
      else
        yield {
          id,
          problem: `expected one video of that name, found ${same.map((video) => basename(video.path)).join(' and ')}`,
        }
    }
  },
}
