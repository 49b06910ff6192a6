import { readRawJson } from '@kinemetric/files'
import type { MaskPrompt } from '@kinemetric/networks'
import { z } from 'zod'
import { benchmarkError } from '../failures/benchmark-error.ts'
import { type PromptKind, promptsError } from './prompt-issue.ts'
import { clipIdSchema } from '../manifest/manifest-clip.ts'

const frame = z.number().int().nonnegative()
const box = z.tuple([z.number(), z.number(), z.number(), z.number()])
const point = z.tuple([z.number(), z.number(), z.union([z.literal(0), z.literal(1)])])
/** An object's id becomes a folder's name. */
const id = z.union([z.number().int().nonnegative(), clipIdSchema])

const promptsOf = <Prompt extends z.ZodType>(prompt: Prompt) => {
  const objects = z.array(z.strictObject({ id, prompts: z.array(prompt).min(1) })).min(1)
  const ofVideo = z.strictObject({ objects })
  return { ofVideo, ofClips: z.strictObject({ clips: z.record(clipIdSchema, ofVideo) }) }
}

/** `boxes.json`: `{"objects":[{"id":1,"prompts":[{"frame":0,"box":[x1,y1,x2,y2]}]}]}`, or such by clip under `clips`. */
export const boxesFile = promptsOf(z.strictObject({ frame, box }))

/** `points.json`: the same with `"points":[[x,y,1],[x,y,0]]`, 1 on the object and 0 beside it; a box may stand with them. */
export const pointsFile = promptsOf(z.strictObject({ frame, points: z.array(point).min(1), box: box.optional() }))

interface ObjectPrompts {
  readonly objects: readonly {
    readonly id: number | string
    readonly prompts: readonly {
      readonly frame: number
      readonly box?: readonly [number, number, number, number] | undefined
      readonly points?: readonly (readonly [number, number, 0 | 1])[] | undefined
    }[]
  }[]
}

/** A file of prompts, read and checked as far as it can be without its video. */
export interface PromptFile {
  readonly path: string
  /** Of a clip of a manifest, or of the one video where no clip is named. @throws KinemetricError `bad-prompts` where the file has none for it */
  promptsOf(clip?: string): MaskPrompt[]
  /** Clips that it names; undefined where it is of one video. */
  readonly clips: readonly string[] | undefined
}

/** @throws KinemetricError as `readRawJson`; `bad-prompts` for what does not fit, with object, prompt and field, and for two objects of one id */
export async function readPrompts(path: string, kind: PromptKind): Promise<PromptFile> {
  const raw = await readRawJson(path)
  const { ofVideo, ofClips } = kind === 'boxes' ? boxesFile : pointsFile
  const isOfClips = typeof raw === 'object' && raw !== null && 'clips' in raw && !('objects' in raw)
  const checked = (isOfClips ? ofClips : ofVideo).safeParse(raw)
  if (!checked.success) throw promptsError(path, kind, raw, checked.error)
  const value = checked.data
  if ('objects' in value) {
    const prompts = listed(path, value)
    return { path, clips: undefined, promptsOf: () => prompts }
  }
  const byClip = new Map(Object.entries(value.clips).map(([clip, its]) => [clip, listed(`${path}, ${clip}`, its)]))
  return {
    path,
    clips: [...byClip.keys()],
    promptsOf: (clip) => {
      const prompts = clip === undefined ? undefined : byClip.get(clip)
      if (prompts !== undefined) return prompts
      const expected = clip === undefined ? 'prompts of one video ("objects")' : `prompts of ${clip}`
      const found = `those of ${[...byClip.keys()].join(', ') || 'no clip'}`
      throw benchmarkError('bad-prompts', path, { expected, found })
    },
  }
}

function listed(where: string, { objects }: ObjectPrompts): MaskPrompt[] {
  const names = objects.map((object) => String(object.id))
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined)
    throw benchmarkError('bad-prompts', where, { expected: 'every object once', found: `object ${twice} again` })
  return objects.flatMap(({ prompts }, index) =>
    prompts.map(({ points, ...prompt }) => ({
      object: names[index],
      ...prompt,
      ...(points === undefined ? {} : { points: points.map(([x, y, label]) => ({ x, y, label })) }),
    })),
  )
}
