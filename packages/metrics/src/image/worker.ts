// A worker thread of `createFrameMetricPool`: measures one part of a clip at a time. It imports the files of the metrics that it is asked for, and
// neither decoders nor networks, so that it starts in milliseconds.

import { parentPort } from 'node:worker_threads'
import { isError, type KinemetricError } from '@kinemetric/files'
import { findRecipe } from '../recipes/find-recipe.ts'
import type { RecipeOwner } from '../recipes/recipe.ts'
import type { FrameFormula } from '../spec/frame-formula.ts'
import { type ClipBytes, type FrameMeasure, measureClipBytes } from './frame-measurements.ts'

/** A metric's name where a thread can find it: the file that exports its spec. */
export interface FrameMetricName {
  file: string
  metric: string
  recipe: string
  region?: number | undefined
}

/** What the pool sends. */
export interface FrameMetricJob {
  clips: ClipBytes
  metrics: readonly FrameMetricName[]
}

/** What comes back: `[metrics][T]`, a metric's refusal of the frames, or what went wrong. */
export type FrameMetricReply =
  | { values: Float64Array[] }
  | { refused: Pick<KinemetricError, 'code' | 'where' | 'sentence'> }
  | { error: unknown }

const known = new Map<string, FrameMeasure>()

parentPort?.on('message', (job: FrameMetricJob) => {
  void reply(job).then((answer) => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
    parentPort?.postMessage(answer)
  })
})

async function reply({ clips, metrics }: FrameMetricJob): Promise<FrameMetricReply> {
  try {
    const measures: FrameMeasure[] = []
    for (const name of metrics) measures.push(await load(name))
    return { values: measureClipBytes(clips, measures) }
  } catch (error) {
    // A message between threads keeps no class.
    if (isError(error, 'unfit')) return { refused: { code: error.code, where: error.where, sentence: error.sentence } }
    return { error }
  }
}

async function load(name: FrameMetricName): Promise<FrameMeasure> {
  const key = JSON.stringify(name)
  const measure = known.get(key) ?? (await find(name))
  known.set(key, measure)
  return measure
}

async function find({ file, metric, recipe, region }: FrameMetricName): Promise<FrameMeasure> {
  const exported: Record<string, unknown> = await import(file)
  for (const value of Object.values(exported)) {
    if (!isFrameSpec(value) || value.id !== metric) continue
    return { formula: value.frame, recipe: findRecipe(value, recipe), region }
  }
  throw new RangeError(`${file}: expected the metric ${metric} with ${recipe}, found none`)
}

interface FrameSpec extends RecipeOwner {
  frame: FrameFormula
}

function isFrameSpec(value: unknown): value is FrameSpec {
  return typeof value === 'object' && value !== null && 'id' in value && 'recipes' in value && 'frame' in value
}
