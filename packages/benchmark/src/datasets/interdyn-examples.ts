import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { isError, readJson } from '@kinemetric/files'
import { z } from 'zod'
import { benchmarkError } from '../failures/benchmark-error.ts'
import type { DatasetAdapter } from './dataset-adapter.ts'
import { readMaskFolders } from './mask-folders.ts'

const OFFSETS_FILE = 'interdyn-object-mask-offsets.json'
const offsetsSchema = z.record(z.string(), z.looseObject({ estimated_offset: z.number().int().nonnegative() }))

const optionsSchema = z.strictObject({
  offsets: z.string().optional().meta({
    value: 'file',
    description: 'which object-mask frame belongs to frame 0 (found beside or above the folder by itself)',
  }),
})

/**
 * The example clips published with InterDyn (rickakkerman/InterDyn `examples/`): `<id>/video.webm` and `mask_hand.webm`, frame by frame together, and
 * `mask_<object>.webm`, which cover the whole original video. Which object-mask frame belongs to video frame 0 is recorded nowhere in that folder: it
 * comes from an offsets file ({ "<id>": { "estimated_offset": n } }), and without one the object masks are left out.
 */
export const interdynExamples: DatasetAdapter<z.infer<typeof optionsSchema>> = {
  id: 'interdyn-examples',
  title: 'InterDyn example clips (Something-Something-v2)',
  options: optionsSchema,
  async *clips(folder, options) {
    const offsets = options.offsets === undefined ? await findOffsets(folder) : await readOffsets(options.offsets)
    yield* readMaskFolders(folder, {
      dataset: 'interdyn-examples',
      extension: '.webm',
      driver: 'hand',
      offset: (id) => offsets?.[id]?.estimated_offset,
    })
  },
}

/** Looks in the dataset's folder, beside it and above it. */
async function findOffsets(folder: string) {
  const parent = dirname(resolve(folder))
  for (const place of [resolve(folder), parent, dirname(parent)]) {
    const path = join(place, OFFSETS_FILE)
    if (existsSync(path)) return readOffsets(path)
  }
  return undefined
}

async function readOffsets(path: string) {
  return readJson(path, offsetsSchema).catch((error: unknown) => {
    if (!isError(error, 'input')) throw error
    const expected = '{ "<clip>": { "estimated_offset": n }, … }'
    const found = error.code === 'not-found' ? 'no such file' : 'something else'
    throw benchmarkError('bad-dataset', path, { expected, found }, { cause: error })
  })
}
