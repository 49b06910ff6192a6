import { z } from 'zod'
import type { DatasetAdapter } from './dataset-adapter.ts'
import { readMaskFolders } from './mask-folders.ts'

/** The benchmark that the demo makes: `<id>/video.mkv`, `mask_driver.mkv`, `mask_<object>.mkv` (all of one length, lossless) and `scene.json`. */
export const physics: DatasetAdapter = {
  id: 'physics',
  title: 'Physics scenes made by kinemetric',
  options: z.strictObject({}),
  clips: (folder) =>
    readMaskFolders(folder, {
      dataset: 'physics',
      extension: '.mkv',
      driver: 'driver',
      offset: () => 0,
      assets: ['scene.json'],
    }),
}
