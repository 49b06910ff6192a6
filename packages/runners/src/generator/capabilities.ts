import type { KinemetricError } from '@kinemetric/files'
import type { ManifestClip } from '@kinemetric/benchmark'
import type { MethodSpec } from '@kinemetric/records'
import { runnerError } from './runner-error.ts'
import type { RunClip } from './with-pairs.ts'

export interface UnfitClip {
  clip: string
  error: KinemetricError
}

/**
 * Holds a method's capabilities against the clips of a manifest, before anything is loaded.
 * @returns the clips that it can do, and of the others why not
 * @throws KinemetricError `unfit-manifest` where it can do none
 */
export function fitClips<Clip extends ManifestClip>(
  spec: MethodSpec,
  clips: readonly Clip[],
): { fit: Clip[]; unfit: UnfitClip[] } {
  const fit: Clip[] = []
  const unfit: UnfitClip[] = []
  for (const clip of clips) {
    const mismatch = mismatchOf(spec, clip)
    if (mismatch === undefined) fit.push(clip)
    else unfit.push({ clip: clip.id, error: runnerError('unfit-clip', '', mismatch) })
  }
  const [first] = unfit
  if (fit.length > 0 || first === undefined) return { fit, unfit }
  throw runnerError('unfit-manifest', spec.id, {
    expected: `${first.error.expected}, as its method.json says`,
    found: `${first.error.found} in ${first.clip}, and no clip of ${clips.length} that fits`,
  })
}

/** @throws KinemetricError `bad-option` where method.json does not list the device */
export function requireDevice(spec: MethodSpec, device: string): MethodSpec['capabilities']['devices'][number] {
  const { devices } = spec.capabilities
  const found = devices.find((candidate) => candidate === device)
  if (found !== undefined) return found
  throw runnerError('bad-option', 'device', {
    expected: `one that ${spec.id} runs on (${devices.join(', ')})`,
    found: device,
  })
}

/**
 * How many samples of a clip are wanted: what was asked for, else what the setting of that name says, else one.
 * @throws KinemetricError `bad-option` for more than the method can make, for what is no whole number from 1, and where both were asked for and differ
 */
export function requireSamples(
  spec: MethodSpec,
  setting?: unknown,
  asked: { samples?: number | undefined; config?: Readonly<Record<string, unknown>> | undefined } = {},
): number {
  const { samples: most = Infinity } = spec.capabilities
  const wanted = asked.samples ?? setting ?? 1
  const { samples: set = wanted } = asked.config ?? {}
  if (set !== wanted)
    throw runnerError('bad-option', 'samples', {
      expected: 'one number of samples',
      found: `${JSON.stringify(wanted)}, and ${JSON.stringify(set)} as the setting`,
    })
  if (typeof wanted === 'number' && Number.isInteger(wanted) && wanted >= 1 && wanted <= most) return wanted
  const bound = most === Infinity ? 'from 1' : `from 1 to ${most}, which is what ${spec.id} can make`
  throw runnerError('bad-option', 'samples', {
    expected: `a whole number of samples ${bound}`,
    found: JSON.stringify(wanted),
  })
}

interface Mismatch {
  expected: string
  found: string
}

function mismatchOf({ capabilities }: MethodSpec, clip: ManifestClip & Partial<RunClip>): Mismatch | undefined {
  return (
    referenceMismatch(capabilities, clip) ??
    controlMismatch(capabilities, clip) ??
    assetMismatch(capabilities, clip) ??
    sizeMismatch(capabilities, clip) ??
    framesMismatch(capabilities, clip)
  )
}

type Capabilities = MethodSpec['capabilities']

function controlMismatch(capabilities: Capabilities, clip: ManifestClip): Mismatch | undefined {
  if (takesText(capabilities) && textOf(clip) === undefined) return { expected: 'a text', found: 'none' }
  const kinds = controlKinds(capabilities)
  if (kinds.length === 0 || kinds.some((kind) => kind === clip.control?.type)) return undefined
  return { expected: `a control signal of kind ${kinds.join(' or ')}`, found: clip.control?.type ?? 'none' }
}

/** The kinds of control signal of which a clip must have one; none where a method takes none. */
export function controlKinds({ control }: Capabilities): readonly string[] {
  const kinds = [control].flat()
  return kinds.includes('none') ? [] : kinds.filter((kind) => kind !== 'text')
}

export function takesText({ text, control }: Capabilities): boolean {
  return text || [control].flat().includes('text')
}

/** What a method that takes a text is given. */
export function textOf({ text, label }: ManifestClip): string | undefined {
  return text ?? label
}

function referenceMismatch(
  { reference }: Capabilities,
  { reference: there, without }: ManifestClip & Partial<RunClip>,
): Mismatch | undefined {
  if (!reference || there !== undefined) return undefined
  if (without !== undefined)
    return { expected: `to know what happens without driver ${without}`, found: 'that it is not known' }
  return { expected: 'a clip with a reference', found: 'a prompt, which has none' }
}

function assetMismatch({ assets }: Capabilities, clip: ManifestClip): Mismatch | undefined {
  const missing = assets.find((name) => !Object.hasOwn(clip.assets ?? {}, name))
  if (missing === undefined) return undefined
  const there = Object.keys(clip.assets ?? {})
  return { expected: `${missing} beside the clip's video`, found: there.join(', ') || 'none' }
}

function sizeMismatch({ resolutions, multipleOf = 1 }: Capabilities, clip: ManifestClip): Mismatch | undefined {
  const [height, width] = clip.geometry.target
  if (height % multipleOf !== 0 || width % multipleOf !== 0)
    return { expected: `a height and width that are multiples of ${multipleOf}`, found: `${height}×${width}` }
  if (resolutions === undefined || resolutions.some(([h, w]) => h === height && w === width)) return undefined
  const able = resolutions.map((size) => size.join('×')).join(' or ')
  return { expected: `frames of ${able} (height × width)`, found: `${height}×${width}` }
}

function framesMismatch({ frames }: Capabilities, clip: ManifestClip): Mismatch | undefined {
  if (frames === undefined) return undefined
  const { count } = clip.window
  const { fixed, min = 1, max = Infinity } = frames
  if (fixed !== undefined && count !== fixed) return { expected: `${fixed} frames`, found: String(count) }
  if (count < min) return { expected: `at least ${min} frames`, found: String(count) }
  if (count > max) return { expected: `at most ${max} frames`, found: String(count) }
  return undefined
}
