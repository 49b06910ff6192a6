// What a metric without a network takes for a clip, its own part: processor time of one thread, of real clips whose frames are decoded already. FVMD with its tracks by
// Lucas-Kanade. Least of the rounds of each clip, mean over clips.
//
// node bench/metric-costs.ts [clips, default 6] [rounds, default 3]
import { readdir } from 'node:fs/promises'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { findMetric, findRecipe, ssim, trackWindows, vbenchFlicker } from '@kinemetric/metrics'
import { openNetwork } from '@kinemetric/networks'
import { type FrameArray, readFrames, sliceFrames } from '@kinemetric/video'
import { eachFrame } from '../packages/metrics/src/image/each-frame.ts'
import { msSsimSpec } from '../packages/metrics/src/image/ms-ssim.ts'
import { sharedPath } from '../test/shared.ts'
import { measured } from './networks/measured.ts'

const [count, rounds] = [Number(process.argv[2] ?? 6), Number(process.argv[3] ?? 3)]
const root = sharedPath('data', 'interdyn-examples')
const ids = (await readdir(root)).toSorted()
const videos: FrameArray[] = []
for (const id of ids.slice(0, count)) videos.push((await readFrames(join(root, id, 'video.webm'))).pixels)
const frames = (video: FrameArray, length: number, start = 0) => sliceFrames(video, start, 1, length)
const { network: tracker } = await openNetwork('tracklets', { network: 'lucas-kanade' })
const fvmd = findMetric('fvmd')
const need = fvmd.needs(findRecipe(fvmd))
if (need.kind !== 'tracked-rows') throw new Error('expected rows of tracklets')
const { ask } = need

const calls: Record<string, (video: FrameArray) => unknown> = {
  'ssim, 13 frames': (video) => ssim(frames(video, 13, 2), frames(video, 13)),
  'ms-ssim, 13 frames': (video) =>
    eachFrame(msSsimSpec, frames(video, 13, 2), frames(video, 13), findRecipe(msSsimSpec)),
  'vbench-flicker, 13 frames': (video) => vbenchFlicker(frames(video, 13)),
  'fvmd with lucas-kanade, one window of 16 frames': (video) =>
    trackWindows(tracker, frames(video, ask.windows.frames), ask.windows, 'clip'),
}
console.log(`${cpus().length} × ${cpus()[0].model}; node ${process.version}; load ${loadavg()[0].toFixed(1)}`)
for (const [name, call] of Object.entries(calls)) {
  let sum = 0
  for (let i = 0; i < count; i++) {
    let least = Infinity
    for (let round = 0; round < rounds; round++)
      least = Math.min(least, (await measured(async () => call(videos[i]))).processor)
    sum += least
  }
  console.log(
    `${name}: ${(sum / count).toFixed(1)} ms of processor time a clip of ${videos[0].shape.slice(1, 3).join('×')}`,
  )
}
await tracker.close()
