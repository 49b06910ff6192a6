import { benchmarkError } from '../failures/benchmark-error.ts'
import type { DatasetAdapter, DatasetClip, DatasetProblem } from './dataset-adapter.ts'
import { listVideos } from './video-files.ts'

/** A folder of videos (files, or folders of PNG or JPEG frames), each one a clip named after its file. */
export const folder: DatasetAdapter = {
  id: 'folder',
  title: 'A folder of videos',
  async clips(path) {
    const videos = await listVideos(path).catch((cause: unknown) => {
      const said = { expected: 'a readable folder of videos', found: String(cause) }
      throw benchmarkError('bad-dataset', path, said, { cause })
    })
    if (videos.length === 0)
      throw benchmarkError('bad-dataset', path, { expected: 'videos or folders of frames', found: 'none' })
    const byName = Map.groupBy(videos, (video) => video.name)
    return [...byName].map(([id, same]): DatasetClip | DatasetProblem =>
      same.length === 1
        ? { id, video: same[0].path, name: same[0].path.slice(path.length).replace(/^[\\/]/, '') }
        : { id, problem: `expected one video of that name, found ${same.map((video) => video.path).join(' and ')}` },
    )
  },
}
