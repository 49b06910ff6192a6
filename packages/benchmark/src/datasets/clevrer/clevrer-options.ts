import { z } from 'zod'
import { wholeNumber } from '../whole-number.ts'
import { sceneFrames } from './annotation.ts'
import { startChoices } from './scene-window.ts'

const splits = {
  train: [0, 9_999],
  validation: [10_000, 14_999],
  test: [15_000, 19_999],
  all: [0, Infinity],
} as const

/** The options of `prepare clevrer`, as text or as what they mean. */
export const clevrerOptions = z.strictObject({
  split: z
    .enum(['all', 'train', 'validation', 'test'])
    .default('all')
    .meta({ value: 'split', description: 'scenes by their numbers: train, validation, test or all (default all)' }),
  masks: z.string().optional().meta({
    value: 'folder',
    description: 'which release of the masks (default derender_proposals, else processed_proposals)',
  }),
  masksAt: z
    .union([z.array(z.unknown()), z.string().transform((text): unknown[] => text.split(','))], {
      error: 'expected frames separated by commas: 0,12',
    })
    .pipe(z.array(wholeNumber(0, sceneFrames - 1)))
    .optional()
    .meta({ value: 'frames', description: 'measure the masks of these source frames in prepare.json: 0,12' }),
  entering: z.enum(['flag', 'mask']).default('flag').meta({
    value: 'sign',
    description: 'by what an object is in view: flag of the annotation, or mask (default flag)',
  }),
  start: z.enum(startChoices).default('middle').meta({
    value: 'which',
    description: 'which of the valid first frames: middle, first, last, random or all (default middle)',
  }),
  seed: wholeNumber(0).default(0).meta({ value: 'n', description: 'of what is drawn at random (default 0)' }),
  collisionInWindow: z
    .union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')], {
      error: ({ input }) => `expected true or false, found ${JSON.stringify(input)}`,
    })
    .default(true)
    .meta({ value: 'true|false', description: 'whether a collision must lie in the window (default true)' }),
  stride: wholeNumber(1, sceneFrames)
    .optional()
    .meta({ value: 'n', description: "every how many source frames (default: by the protocol's rate)" }),
  colours: z.enum(['palette', 'object']).default('palette').meta({
    value: 'which',
    description: "what drivers are painted in: palette, or the object's own colours (default palette)",
  }),
  gap: z.enum(['empty', 'hold']).default('empty').meta({
    value: 'how',
    description: 'a driver in view without a mask: empty, or hold its last mask (default empty)',
  }),
})

export type ClevrerOptions = z.infer<typeof clevrerOptions>

/** Whether a scene's number is of a split. */
export function isOfSplit(number: number, split: ClevrerOptions['split']): boolean {
  const [first, last] = splits[split]
  return number >= first && number <= last
}
