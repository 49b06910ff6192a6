import { z } from 'zod'
import { wholeNumber } from '../whole-number.ts'

/** One of some words, the first of which is taken where nothing is said. */
function choice<const Words extends readonly [string, ...string[]]>(words: Words, description: string) {
  return z
    .enum(words)
    .default(words[0] as Words[number])
    .meta({ value: words.join('|'), description: `${description} (default ${words[0]})` })
}

/** Size, number of frames and stride are the protocol's: scripts may name them to be sure of them. */
const protocols = 'what the protocol has, to be sure of it: another value is refused, with how to make a protocol of it'

/** The options of a selection from Something-Something-v2; what the paper says is the default where it says something. */
export const ssv2Options = z.strictObject({
  videos: z
    .string({ error: 'expected a folder of videos' })
    .meta({ value: 'folder', description: 'folder of <id>.webm, as both releases unpack' }),
  labels: z
    .string({ error: 'expected a folder of label files' })
    .meta({ value: 'folder', description: 'folder of the label files, of either release' }),
  boxes: z
    .union([z.string(), z.array(z.string()).min(1)], { error: 'expected a file of boxes, or several' })
    .transform((paths) => (typeof paths === 'string' ? [paths] : paths))
    .meta({
      value: 'file',
      list: true,
      description: 'Something-Else’s boxes; given again for each part, of which the last that has a video counts',
    }),
  split: choice(['validation', 'train'], 'rows of which label file'),
  pretending: choice(['drop', 'keep'], 'classes in which something is only pretended'),
  behind: choice(
    ['occluding', 'any', 'keep'],
    'leave out what is hidden behind something; or what comes into view, too',
  ),
  size: z
    .string()
    .regex(/^\d+x\d+$/, 'expected HEIGHTxWIDTH')
    .optional()
    .meta({ value: 'HxW', description: protocols, confirms: true }),
  frames: wholeNumber(1).optional().meta({ value: 'n', description: protocols, confirms: true }),
  stride: wholeNumber(1).optional().meta({ value: 'n', description: protocols, confirms: true }),
  minSize: choice(
    ['fit-height', 'native', 'none'],
    'leave out videos too narrow once their height fits; too small as they are; none',
  ),
  minFrames: wholeNumber(1)
    .optional()
    .meta({ value: 'n', description: 'leave out videos with fewer frames (default: frames of a clip × stride, 28)' }),
  visible: choice(['continuous', 'first-frame', 'none'], 'when hand and objects have to be in view'),
  visibleFrames: choice(['used', 'all'], 'frames that are looked at: those of the clip, or those between them too'),
  visibleIn: choice(['native', 'crop'], 'whether they have to be in view before the crop or also behind it'),
  objects: choice(['all', 'any', 'annotated'], 'objects that count: all of the label, one, those with a box somewhere'),
  window: choice(['centre', 'first', 'last', 'random'], 'which of the windows that fit'),
  seed: wholeNumber(0).default(0).meta({ value: 'n', description: 'with --window random (default 0)' }),
  crop: choice(['objects', 'objects+hand', 'hand', 'centre'], 'what the crop is centred on'),
  hands: choice(['union', 'largest'], 'of a frame with several boxes of hands'),
  text: choice(['label', 'template', 'class'], 'what methods that take a text are given'),
  control: choice(
    ['sam2', 'masks', 'box'],
    'the control signal: masks by SAM 2, masks from --masks, or filled boxes, which need no weights',
  ),
  masks: z.string().optional().meta({
    value: 'folder',
    description: 'with --control masks: holds <id>/hand/0001.png, …, and <id>/0000/0001.png, … for the first object',
  }),
  objectMask: choice(
    ['each', 'union', 'first'],
    'objects whose motion is scored: each for itself, all as one, the first',
  ),
})

/** As they are once they have been checked. */
export type Ssv2Options = z.output<typeof ssv2Options>
