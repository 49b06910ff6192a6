// Tracks of two sets of real clips for bench/peers/fvmd_peer.py: the first 16 frames of each of a folder of videos, and its last 16. By Lucas-Kanade, which needs no
// weights: what is compared is what is made of tracks.
//
//   node bench/peers/fvmd-tracks.ts <folder of <clip>/video.webm> <folder for the tracks>
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findMetric, findRecipe, trackWindows } from '@kinemetric/metrics'
import { openNetwork, tracksToJson } from '@kinemetric/networks'
import { readFrames, sliceFrames } from '@kinemetric/video'

const [videos = '', out = ''] = process.argv.slice(2)
const metric = findMetric('fvmd')
const need = metric.needs(findRecipe(metric))
if (need.kind !== 'tracked-rows') throw new Error('expected rows of tracklets')
const { windows } = need.ask
const { network: tracker } = await openNetwork('tracklets', { network: 'lucas-kanade' })
for (const clip of (await readdir(videos)).toSorted()) {
  const { pixels } = await readFrames(join(videos, clip, 'video.webm')).catch(() => ({ pixels: undefined }))
  if (pixels === undefined) continue
  const [length] = pixels.shape
  for (const [side, start] of [
    ['reference', 0],
    ['generated', length - windows.frames],
  ] as const) {
    const part = sliceFrames(pixels, start, 1, windows.frames)
    const { tracklets, queries, frames } = await trackWindows(tracker, part, windows, clip)
    const [, height, width] = frames.shape
    await mkdir(join(out, side), { recursive: true })
    const file = tracksToJson(tracklets, queries, { width, height }, { exact: true, tracker })
    await writeFile(join(out, side, `${clip}.json`), JSON.stringify(file))
  }
  console.log(clip)
}
await tracker.close()
