// What motion fidelity says where the right answer is known: on real clips, the reference against itself, re-encoded,
// against another clip, reversed in time, and against a still image. Prints the table of docs/motion-fidelity.md.
// Needs the 29 clips (KINEMETRIC_SHARED, default ../shared); Lucas-Kanade, so no weights.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepare } from '@kinemetric/benchmark'
import { objectPoints, openReferences, readReference } from '@kinemetric/evaluation'
import { derangement, endpointError, motionFidelity, tapvidDelta } from '@kinemetric/metrics'
import { type Tracklets } from '@kinemetric/networks'
import { openLucasKanade } from '../packages/networks/src/models/lucas-kanade/open.ts'
import { readFrames, writePreview, type FrameArray } from '@kinemetric/video'
import ndarray from 'ndarray'
import { sharedPath } from '../test/shared.ts'

type Change = (frames: FrameArray, index: number) => Promise<FrameArray>

const folder = await mkdtemp(join(tmpdir(), 'kinemetric-motion-'))
try {
  const { manifest } = await prepare({
    adapter: 'interdyn-examples',
    dataset: sharedPath('data', 'interdyn-examples'),
    protocol: 'interdyn-256x384',
    out: folder,
  })
  const { clips: all, protocol } = await openReferences({ manifest }, undefined)
  const clips = Array.from({ length: all.length }, (_, index) => all.at(index))
  const tracker = await openLucasKanade()
  const partner = derangement(clips.length, 0)
  const changes: Record<string, Change> = {
    itself: (frames) => Promise.resolve(frames),
    're-encoded (small H.264)': reencoded,
    'reversed in time': (frames) => Promise.resolve(reordered(frames, (t, length) => length - 1 - t)),
    'another clip': (_, index) => readReference(clips[partner[index]]).then(({ pixels }) => pixels),
    'frame 0 repeated': (frames) => Promise.resolve(reordered(frames, () => 0)),
  }
  const size = { height: 256, width: 384 }
  const points = await Promise.all(clips.map((clip) => objectPoints(clip, size, 'mask', protocol)))
  const track = async (index: number, frames: FrameArray): Promise<Tracklets[]> => {
    const objects = points[index].flatMap(({ queries }) => (queries === undefined ? [] : [queries]))
    return Promise.all(objects.map((queries) => tracker.track(frames, queries)))
  }
  const references: Tracklets[][] = []
  for (const [index, clip] of clips.entries()) references.push(await track(index, (await readReference(clip)).pixels))
  console.log(
    `${clips.length} clips, ${references.flat().length} objects of ${protocol.identity.motion.points} points, tracker:lucas-kanade\n`,
  )
  console.log(
    '| generated | motion fidelity | still agrees with still | gen→ref | ref→gen | endpoint error, px | TAP-Vid δ |',
  )
  console.log('|---|---|---|---|---|---|---|')
  for (const [name, change] of Object.entries(changes)) {
    const rows: number[][] = []
    for (const [index, clip] of clips.entries()) {
      const generated = await track(index, await change((await readReference(clip)).pixels, index))
      rows.push(mean(generated.map((tracks, object) => measure(tracks, references[index][object]))))
    }
    const [zero, agree, forth, back, error, delta] = mean(rows)
    console.log(
      `| ${name} | ${[zero, agree, forth, back].map((x) => x.toFixed(3)).join(' | ')} | ${error.toFixed(2)} | ${delta.toFixed(3)} |`,
    )
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}

function measure(generated: Tracklets, reference: Tracklets): number[] {
  const zero = motionFidelity(generated, reference)
  const agree = motionFidelity(generated, reference, { zeroDisplacement: 'one-if-both' })
  const error = endpointError(generated, reference).value ?? Number.NaN
  const delta = tapvidDelta(generated, reference, { height: 256, width: 384 }).value ?? Number.NaN
  return [zero.value, agree.value, zero.generatedToReference, zero.referenceToGenerated, error, delta]
}

/** Column means of equally long rows, over the rows that have a number there (no point visible: none). */
function mean(rows: readonly (readonly number[])[]): number[] {
  return rows[0].map((_, column) => {
    const values = rows.map((row) => row[column]).filter((value) => !Number.isNaN(value))
    return values.reduce((sum, value) => sum + value, 0) / values.length
  })
}

async function reencoded(frames: FrameArray): Promise<FrameArray> {
  const path = join(folder, 'reencoded.mp4')
  await writePreview(path, { pixels: frames, fps: 6 })
  return (await readFrames(path)).pixels
}

function reordered(pixels: FrameArray, source: (t: number, length: number) => number): FrameArray {
  const [length, height, width, channels] = pixels.shape
  const size = height * width * channels
  const data = new Uint8Array(length * size)
  for (let t = 0; t < length; t++) {
    const from = source(t, length)
    data.set(pixels.data.subarray(from * size, (from + 1) * size), t * size)
  }
  return ndarray(data, [length, height, width, channels])
}
