import { generatorCatalogue, measureProducts, requireProvider } from '@kinemetric/networks'
import { fitClips, requireDevice, requireSamples } from '../generator/capabilities.ts'
import { fitControls } from '../generator/fit-controls.ts'
import { clipsToRun } from '../generator/with-pairs.ts'
import { samplesApart, settingsOf } from '../generator/settings.ts'
import type { Settings } from '../generator/generator.ts'
import type { ClipSize, ClipWork } from '../latent/clip-work.ts'
import { pathsOf } from '../latent/given-checkpoints.ts'
import { estimateMemory } from '../latent/memory-estimate.ts'
import { requireDumpFolder } from './beside-frames.ts'
import { requireNative } from './native-options.ts'
import { thisMachine } from './machine.ts'
import { dtypeOf, lastMeasuredRate, type StepKey, stepKey } from './measured-steps.ts'
import type { RunOptions } from './run-method.ts'

/** Weights that a method wants: where they are, or how they are had. */
export interface PlannedWeights {
  readonly word: string
  /** null: they are not here. */
  readonly path: string | null
  readonly doc: string
  readonly from: string
  readonly licence: string
  readonly gated: boolean
  readonly optional: boolean
  /** In words, and the command that gets them, where it is known. */
  readonly size: string | null
  readonly get: string | null
}

/** What a run would be, before anything is computed. */
export interface RunPlan {
  readonly method: string
  readonly device: string
  readonly config: Settings
  /** Pairs included. */
  readonly clips: number
  /** How many of them are a clip without one of its drivers. */
  readonly pairs: number
  readonly unfit: readonly { readonly clip: string; readonly message: string }[]
  readonly samples: number
  readonly weights: readonly PlannedWeights[]
  /** Of a sample of a clip on average, in 10¹² floating-point operations; null for a method of which nothing is known. */
  readonly teraflopPerClip: number | null
  /** Of weights and of what lies between layers, the largest of all clips: an estimate; on a card the card's. */
  readonly memoryBytes: number | null
  /** What this machine has left of it, cards aside. */
  readonly memoryHere: number
  /** Of the frames at most: what PNG cannot make smaller. */
  readonly diskBytes: number
  readonly hours: number | null
  /** What the hours were reckoned from. */
  readonly basis: { readonly kind: 'measured-step' | 'matrix-products'; readonly operationsPerSecond: number } | null
}

/**
 * Says what a run would take. Opens no network; where no step was ever measured here it multiplies matrices for two seconds.
 * @throws KinemetricError as `runMethod` does before it begins; what is wrong with checkpoints that are given
 */
export async function planRun(options: Omit<RunOptions, 'out'>): Promise<RunPlan> {
  const { method, manifest } = options
  const { spec } = method
  const device = requireDevice(spec, options.device ?? 'cpu')
  const { samples, settings } = samplesApart(spec, settingsOf(spec, options.config, options.preset))
  const count = requireSamples(spec, samples, options)
  const native = await requireNative(method, options.native)
  await requireDumpFolder(native)
  const able = fitClips(spec, clipsToRun(manifest.clips, options.pairs ?? true))
  const controlled = await fitControls(spec, manifest.root, able.fit)
  const sizes = controlled.fit.map(({ window, geometry }) => {
    const [height, width] = geometry.target
    return { frames: window.count, height, width }
  })
  const weights = await plannedWeights(options)
  const paths = Object.fromEntries(weights.flatMap(({ word, path }) => (path === null ? [] : [[word, path]])))
  const workOf = method.native?.sees === 'condition' ? await method.native.work?.() : undefined
  const works = new Map<string, ClipWork>()
  const workOn = async (size: ClipSize): Promise<ClipWork | undefined> => {
    const key = JSON.stringify(size)
    const work = works.get(key) ?? (await workOf?.(paths, settings, size, native.lowMemory))
    if (work !== undefined) works.set(key, work)
    return work
  }
  let operations = 0
  for (const size of sizes) operations += (await workOn(size))?.operations ?? 0
  const all = [...works.values()]
  const [first] = all
  const basis = first === undefined ? null : await basisOf(stepKey(spec.id, device, settings, first), native.threads)
  return {
    method: spec.id,
    device,
    config: settings,
    clips: sizes.length,
    pairs: controlled.fit.filter(({ without }) => without !== undefined).length,
    unfit: [...able.unfit, ...controlled.unfit].map(({ clip, error }) => ({ clip, message: error.sentence })),
    samples: count,
    weights,
    teraflopPerClip: all.length === 0 ? null : operations / sizes.length / 1e12,
    memoryBytes:
      all.length === 0
        ? null
        : Math.max(
            ...all.map(
              (work) => estimateMemory(work, { device, dtype: dtypeOf(settings), lowMemory: native.lowMemory }).about,
            ),
          ),
    memoryHere: await thisMachine.memory(),
    diskBytes: count * sizes.reduce((sum, { frames, height, width }) => sum + frames * height * width * 3, 0),
    hours: basis === null ? null : (count * operations) / basis.operationsPerSecond / 3600,
    basis,
  }
}

async function plannedWeights({ method, native, searchPath }: Omit<RunOptions, 'out'>): Promise<PlannedWeights[]> {
  const given = { checkpoints: native?.checkpoints ?? {}, searchPath }
  const planned: PlannedWeights[] = []
  for (const [word, { doc, from, licence, gated, optional }] of Object.entries(method.spec.checkpoints)) {
    const entry = generatorCatalogue.find((known) => known.word === word)
    const path = (await pathsOf(method.spec, given))[word] ?? null
    const get = entry === undefined ? null : `kinemetric weights pull ${entry.id}`
    planned.push({ word, path, doc, from, licence, gated, optional, size: entry?.size ?? null, get })
  }
  return planned
}

async function basisOf(key: StepKey, threads: number | undefined): Promise<RunPlan['basis']> {
  const measured = await lastMeasuredRate(key)
  if (measured !== undefined) return { kind: 'measured-step', operationsPerSecond: measured }
  return { kind: 'matrix-products', operationsPerSecond: await measureProducts(requireProvider(key.device), threads) }
}
