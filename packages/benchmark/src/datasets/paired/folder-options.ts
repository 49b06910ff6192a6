import { z } from 'zod'
import { benchmarkError } from '../../failures/benchmark-error.ts'
import { controlTypeSchema } from '../../manifest/manifest-clip.ts'

const place = (description: string) => z.string().optional().meta({ value: 'folder', description })
const table = (description: string) => z.string().optional().meta({ value: 'file', description })

/** What may lie beside a folder of videos, and which clips are made of it. */
export const folderOptionsSchema = z.strictObject({
  firstFrames: place('pictures <clip>.png that methods are given in place of the first frames'),
  controls: place('control signals: a video <clip>.mkv or a folder <clip>/ of frames each'),
  controlType: controlTypeSchema
    .optional()
    .meta({ value: 'kind', description: 'what they show: mask (default), box, rgb or video' }),
  controlFrames: z.enum(['video', 'window']).optional().meta({
    value: 'which',
    description: 'whether they have a frame for each of the video (default) or for each of the clip: video or window',
  }),
  objectMasks: place(
    'masks of objects: <clip>.png or <clip>/<object>.png of the first frame; <clip>/<object>.mkv or <clip>/<object>/ of every frame of the video',
  ),
  captions: table('texts by clip: CSV or JSON Lines with video (or id) and text, label, template, class'),
  clips: table(
    'which clips there are: CSV or JSON Lines with video and id, start, fps, top, left, text, label, template, class; several windows of a video are several rows',
  ),
  fps: z.coerce
    .number({ error: 'expected a number of frames a second' })
    .positive('expected a number of frames a second above 0')
    .optional()
    .meta({ value: 'n', description: 'rate of the folders of frames, which have none of their own' }),
  starts: z
    .string()
    .regex(/^\d+(,\d+)*$/, 'expected whole numbers separated by commas')
    .optional()
    .meta({ value: 'frames', description: 'windows of every video by their first frames: 0,28,56' }),
  prompts: z.boolean().optional().meta({
    flag: true,
    description: 'the pictures of the folder are first frames of clips that have no reference',
  }),
})

export type FolderOptions = z.infer<typeof folderOptionsSchema>

/** Options that say something of what another one gives. @throws KinemetricError `bad-option` where that one is absent, or both say the same */
export function requireFitting(options: FolderOptions): void {
  const { controls, controlType, controlFrames, prompts = false, starts, clips } = options
  if (controls === undefined)
    for (const [flag, value] of Object.entries({ '--control-type': controlType, '--control-frames': controlFrames }))
      if (value !== undefined)
        throw benchmarkError('bad-option', flag, { expected: '--controls, the signals that it is of', found: 'none' })
  if (starts === undefined) return
  if (prompts)
    throw benchmarkError('bad-option', 'starts', { expected: 'videos', found: 'prompts, which have no windows' })
  if (clips !== undefined)
    throw benchmarkError('bad-option', '--starts', {
      expected: 'windows by --starts or by --clips',
      found: 'both',
    })
}
