import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { type Manifest, readManifest } from '@kinemetric/benchmark'
import { isError, systemReason } from '@kinemetric/files'
import { controlKinds, takesText } from '../generator/capabilities.ts'
import { type ConformanceCheck, fail, pass, skip, type Tested } from './conformance-check.ts'
import { hashesOf } from './made-samples.ts'
import { backwards, changedManifest, oneMore, oneRowLess, withControls } from './manifest-variants.ts'
import { sameAsFirst } from './sample-checks.ts'

export const control: ConformanceCheck = {
  id: 'control',
  title: 'the control signal is followed, or not asked for',
  check: async (tested) => {
    const { method, manifest } = tested
    const takesNone = !takesControl(tested)
    const other = takesNone
      ? await changedManifest(manifest, 'without-control', (clip) => ({ ...clip, control: undefined }))
      : await withControls(manifest, 'backwards', backwards)
    const { out, result } = await tested.run(takesNone ? 'without-control' : 'backwards', { manifest: other })
    const [failure] = result.failures
    if (failure !== undefined) return fail(`${failure.clip}: ${failure.message}`)
    if (takesNone) return sameAsFirst(tested, out, manifest)
    const [one, two] = [
      await hashesOf(out, manifest.clips),
      await hashesOf(tested.optionsFor('first').out, manifest.clips),
    ]
    const alike = manifest.clips.filter(({ id }) => isDeepStrictEqual(one[id], two[id])).map(({ id }) => id)
    return alike.length === 0
      ? pass(`other masks, other frames (${controlKinds(method.spec.capabilities).join(' or ')})`)
      : fail(`with the masks in the opposite order the frames of ${alike.join(', ')} are the same`)
  },
}

export const refusals: ConformanceCheck = {
  id: 'refusals',
  title: 'what it cannot do is refused before anything is made',
  check: async (tested) => {
    const { manifest } = tested
    const variants: [string, () => Promise<Manifest>][] = []
    if (takesControl(tested))
      variants.push(
        [
          'no control signal',
          () => changedManifest(manifest, 'no-control', (clip) => ({ ...clip, control: undefined })),
        ],
        ['a control signal of another length', () => withControls(manifest, 'longer', oneMore)],
        ['a control signal of another size', () => withControls(manifest, 'lower', oneRowLess)],
      )
    const { capabilities } = tested.method.spec
    const { resolutions, multipleOf = 1, frames: able } = capabilities
    if (takesText(capabilities))
      variants.push([
        'no text',
        () => changedManifest(manifest, 'no-text', (clip) => ({ ...clip, text: undefined, label: undefined })),
      ])
    const [{ window, geometry }] = manifest.clips
    const [height, width] = geometry.target
    if (tested.method.spec.capabilities.assets.length > 0)
      variants.push([
        'no assets',
        () => changedManifest(manifest, 'no-assets', (clip) => ({ ...clip, assets: undefined })),
      ])
    else {
      if (resolutions !== undefined || multipleOf > 1)
        variants.push(['another size', () => tested.clipsOf('odd-size', [height + 2, width + 2], window.count)])
      if (able?.fixed !== undefined || able?.max !== undefined)
        variants.push([
          'too many frames',
          () => tested.clipsOf('long', [height, width], (able.fixed ?? able.max ?? 0) + 1),
        ])
    }
    for (const [what, make] of variants) {
      const name = what.replaceAll(' ', '-')
      const variant = await make()
      const outcome = await tested.run(name, { manifest: variant }).then(
        ({ result }) => `${result.done} clips made`,
        (error: unknown) => (isError(error, 'input', 'unfit-manifest') ? undefined : systemReason(error)),
      )
      if (outcome !== undefined) return fail(`${what}: expected it to be refused, found ${outcome}`)
    }
    return variants.length === 0
      ? skip('by its method.json it takes anything')
      : pass(variants.map(([what]) => what).join(', '))
  },
}

/** So many other shapes are tried. */
const mostShapes = 4
const mostFrames = 64

export const claims: ConformanceCheck = {
  id: 'claims',
  title: 'it makes the other sizes and numbers of frames that method.json says it can',
  check: async (tested) => {
    const { resolutions, multipleOf = 1, frames: able, assets } = tested.method.spec.capabilities
    if (assets.length > 0) return skip('its clips cannot be made in another shape')
    const [{ window, geometry }] = tested.manifest.clips
    const [height, width] = geometry.target
    // Where it names no sizes it takes any: the sides the other way round, and a larger one.
    const sizes = resolutions?.slice(1) ?? [
      [width, height] as const,
      [height + multipleOf * Math.ceil(10 / multipleOf), width + multipleOf] as const,
    ]
    const counts =
      able?.fixed === undefined ? [able?.min ?? 2, Math.min(able?.max ?? window.count + 3, mostFrames)] : []
    const shapes = [
      ...sizes.map((size) => ({ size, frames: window.count })),
      ...counts.map((frames) => ({ size: geometry.target, frames })),
    ]
      .filter(({ size, frames }) => !isDeepStrictEqual([...size, frames], [height, width, window.count]))
      .slice(0, mostShapes)
    for (const { size, frames } of shapes) {
      const shape = `${frames} frames of ${size.join('×')}`
      const name = shape.replaceAll(' ', '-')
      const manifest = await tested.clipsOf(name, size, frames)
      // One will do, where it needs no other beside it.
      const clips = tested.method.native?.sees === 'other-references' ? manifest.clips : manifest.clips.slice(0, 1)
      const { result } = await tested.run(name, { manifest: { ...manifest, clips } })
      const [failure] = result.failures
      if (failure !== undefined) return fail(`${shape}: ${failure.message}`)
    }
    return shapes.length === 0
      ? skip('it says that it makes this one')
      : pass(shapes.map(({ size, frames }) => `${frames} × ${size.join('×')}`).join(', '))
  },
}

export const reference: ConformanceCheck = {
  id: 'reference',
  title: 'the reference is not needed, or said to be',
  check: async (tested) => {
    const { method, manifest } = tested
    const blind = await changedManifest(manifest, 'blind', (clip) => clip)
    for (const { reference: file } of manifest.clips) if (file !== undefined) await rm(join(manifest.root, file.path))
    const { out, result } = await tested.run('blind', { manifest: await readManifest(blind.path) })
    if (!method.spec.capabilities.reference)
      return result.failures.length === 0
        ? sameAsFirst(tested, out, manifest)
        : fail(`without the references: ${result.failures[0].message}`)
    return result.done === 0
      ? pass('method.json says that it sees the reference; without it nothing is made')
      : fail('method.json says that it sees the reference, and it made frames without')
  },
}

export const outside: ConformanceCheck = {
  id: 'outside',
  title: 'nothing is written outside of its folder',
  check: async ({ strays }) => (strays.size === 0 ? pass() : fail([...strays].slice(0, 10).join(', '))),
}

function takesControl({ method }: Tested): boolean {
  return controlKinds(method.spec.capabilities).length > 0
}
