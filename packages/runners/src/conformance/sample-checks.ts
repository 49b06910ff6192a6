import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { type Manifest, pairId } from '@kinemetric/benchmark'
import { rm } from 'node:fs/promises'
import { readItem, sampleFolder } from '@kinemetric/records'
import { readFrames } from '@kinemetric/video'
import { withPairs } from '../generator/with-pairs.ts'
import { type ConformanceCheck, fail, pass, skip, type Tested, type Verdict } from './conformance-check.ts'
import { interruptedRun } from './interrupt.ts'
import { distanceBetween, distanceOf, frameNames, hashesOf } from './made-samples.ts'
import { changedManifest } from './manifest-variants.ts'
import { straysIn } from './stray-files.ts'

/** The run that others are held against. */
const FIRST = 'first'

/** Largest mean difference of samples in [0, 255] of the same seed, where a method says `seeded` and not `bitwise-cpu`. */
const seededTolerance = 1

export const frames: ConformanceCheck = {
  id: 'frames',
  title: 'every clip gets its frames: as many as it has, of its size, in lossless pictures of 8 bits',
  check: async (tested) => {
    const { out, result } = await tested.run(FIRST)
    const [failure] = result.failures
    if (failure !== undefined) return fail(`${failure.clip}: ${failure.message}`)
    for (const { id, window, geometry } of tested.manifest.clips) {
      const names = await frameNames(out, id)
      const wanted = Array.from({ length: window.count }, (_, t) => `frame_${String(t).padStart(4, '0')}.png`)
      if (!isDeepStrictEqual(names, wanted))
        return fail(`${id}: expected ${wanted[0]} … ${wanted.at(-1)}, found ${names.join(', ')}`)
      const [count, height, width] = (await readFrames(sampleFolder(out, id))).pixels.shape
      if (!isDeepStrictEqual([height, width], geometry.target))
        return fail(`${id}: expected frames of ${geometry.target.join('×')}, found ${height}×${width}`)
      if (count !== window.count) return fail(`${id}: expected ${window.count} frames, found ${count}`)
    }
    const strays = await straysIn(out, tested.manifest.clips, 1)
    if (strays.length > 0) return fail(`beside the frames it left ${strays.join(', ')}`)
    const [{ window, geometry }] = tested.manifest.clips
    return pass(`${tested.manifest.clips.length} clips of ${window.count} frames of ${geometry.target.join('×')}`)
  },
}

export const sameSeed: ConformanceCheck = {
  id: 'same-seed',
  title: 'the same seed gives the same frames, as method.json says',
  check: async (tested) => sameAsFirst(tested, (await tested.run('second')).out, tested.manifest),
}

export const order: ConformanceCheck = {
  id: 'order',
  title: 'the same frames whatever comes before a clip and beside it, and whatever it is called as a pair',
  check: async (tested) => {
    const { clips } = tested.manifest
    const { out } = await tested.run('reversed', { manifest: { ...tested.manifest, clips: clips.toReversed() } })
    const reversed = await sameAsFirst(tested, out, tested.manifest)
    if (reversed.verdict !== 'pass') return reversed
    const twin = await sameUnderItsPairsName(tested)
    if (twin?.verdict === 'fail') return twin
    if (tested.method.native?.sees === 'other-references') return reversed
    const last = { ...tested.manifest, clips: clips.slice(-1) }
    return sameAsFirst(tested, (await tested.run('alone', { manifest: last })).out, last)
  },
}

export const seeds: ConformanceCheck = {
  id: 'seeds',
  title: 'another sample is drawn from another seed',
  check: async (tested) => {
    const { method, manifest } = tested
    const { samples: most = Infinity } = method.spec.capabilities
    if (most < 2) return skip('it makes one sample a clip')
    const { out, result } = await tested.run('samples', { samples: 2 })
    const [failure] = result.failures
    if (failure !== undefined) return fail(`${failure.clip}: ${failure.message}`)
    const first = await sameAsFirst(tested, out, manifest)
    if (first.verdict === 'fail') return fail(`sample 0 of two is not sample 0 of one: ${first.said}`)
    const noise = await Promise.all(
      manifest.clips.map(async ({ id }) => (await readItem(sampleFolder(out, id)))?.noise !== undefined),
    )
    const [zero, one] = [await hashesOf(out, manifest.clips, 0), await hashesOf(out, manifest.clips, 1)]
    const alike = manifest.clips.filter(({ id }) => isDeepStrictEqual(zero[id], one[id])).map(({ id }) => id)
    if (alike.length === 0) return pass('the two differ')
    if (noise.includes(true) || method.spec.determinism !== 'bitwise-cpu')
      return fail(`it draws noise, and the samples of seed 0 and 1 of ${alike.join(', ')} are one`)
    return pass('it claims no noise: both are one')
  },
}

export const resume: ConformanceCheck = {
  id: 'resume',
  title: 'a run that was broken off goes on and ends with the same frames',
  check: async (tested) => {
    const options = tested.optionsFor('broken-off')
    const { manifest } = tested
    const brokenOff = await interruptedRun(options)
    // As if it had been broken off between the frames and the word that they are complete.
    const [{ id }] = manifest.clips
    await rm(join(sampleFolder(options.out, id), 'item.json'), { force: true })
    const { out, result } = await tested.run('broken-off')
    const [failure] = result.failures
    if (failure !== undefined) return fail(`${failure.clip}: ${failure.message}`)
    const same = await sameAsFirst(tested, out, manifest)
    if (same.verdict === 'fail') return same
    const strays = await straysIn(out, manifest.clips, 1)
    if (strays.length > 0) return fail(`it left ${strays.join(', ')}`)
    return pass(
      `${brokenOff ? 'broken off' : 'ended before it could be broken off; a sample without its word'}, ${same.said}`,
    )
  },
}

/** The clips' frames as in the first run, as exactly as method.json says. */
export async function sameAsFirst(tested: Tested, out: string, { clips }: Manifest): Promise<Verdict> {
  const { out: first } = tested.optionsFor(FIRST)
  if (isDeepStrictEqual(await hashesOf(out, clips), await hashesOf(first, clips))) return pass('the same to the byte')
  return agreement(tested, await distanceOf({ out }, { out: first }, clips))
}

/** A pair with its clip's own control signal, which has to get the same noise and so the same frames. @returns undefined where clips have no control signal */
async function sameUnderItsPairsName(tested: Tested): Promise<Verdict | undefined> {
  const { manifest, method } = tested
  const twins = await changedManifest(manifest, 'twins', (clip) => {
    const { id, control, reference } = clip
    if (control === undefined) return clip
    return { ...clip, pairs: [{ without: 'nothing', id: pairId(id, 'nothing'), control, reference }] }
  })
  // One will do, where it needs no other beside it.
  const clips = method.native?.sees === 'other-references' ? twins.clips : twins.clips.slice(0, 1)
  const [clip, twin] = withPairs(clips)
  if (twin?.without === undefined) return undefined
  const { out, result } = await tested.run('twins', { manifest: { ...twins, clips }, pairs: true })
  const [failure] = result.failures
  if (failure !== undefined) return fail(`${failure.clip}: ${failure.message}`)
  const hashes = await hashesOf(out, [clip, twin])
  if (isDeepStrictEqual(hashes[clip.id], hashes[twin.id])) return pass('the same to the byte')
  const found = agreement(tested, await distanceBetween([[clip, twin].map(({ id }) => sampleFolder(out, id))]))
  return { ...found, said: `under the name of its pair, with the same control signal, ${found.said}` }
}

/** Of frames that are not the same to the byte. */
function agreement(tested: Tested, { mean, largest }: { mean: number; largest: number }): Verdict {
  const { device = 'cpu' } = tested.optionsFor(FIRST)
  const { determinism } = tested.method.spec
  if (determinism === 'none') return skip('method.json says `determinism: none`')
  const said = `frames differ by ${mean.toFixed(3)} of 255 on average, at most by ${largest}`
  if (determinism === 'bitwise-cpu' && device === 'cpu') return fail(`${said}; method.json says \`bitwise-cpu\``)
  return mean <= seededTolerance ? pass(said) : fail(`${said}; of one seed at most ${seededTolerance} is taken`)
}
