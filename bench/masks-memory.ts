// Peak memory of following an object through a video (`kinemetric masks --mode box-propagate`) against the video's length: a network of SAM 2's form with drawn
// weights, small where time goes and with whole maps where memory goes, each length in a process of its own. KINEMETRIC_BENCH_FRAMES=40,160 says which.
import { spawnSync } from 'node:child_process'

import { openSam2 } from '../packages/networks/src/models/sam2/open.ts'
import { reducedSam2 } from '../packages/networks/src/models/sam2/config.ts'
import { sam2Tracker } from '../packages/networks/src/models/sam2/predictors/sam2-tracker.ts'
import { sam2Tensors } from '../packages/networks/src/models/sam2/tensors.ts'
import { type MaskVideo, trackMasks } from '../packages/networks/src/roles/track-masks.ts'
import { drawnCheckpoint } from './networks/drawn-weights.ts'

const json = {
  image_size: 512,
  trunk: {
    embed_dim: 8,
    num_heads: 1,
    stages: [1, 2, 7, 2],
    global_att_blocks: [5, 7, 9],
    window_spec: [8, 4, 14, 7],
    window_pos_embed_bkg_spatial_size: [7, 7],
  },
  d_model: 64,
  mem_dim: 64,
  memory_attention_ffn: 128,
}
const [height, width] = [120, 160]
const [own] = process.argv.slice(2)

if (own === undefined)
  for (const frames of process.env.KINEMETRIC_BENCH_FRAMES?.split(',') ?? ['40', '160'])
    spawnSync(process.execPath, ['--expose-gc', process.argv[1], frames], { stdio: 'inherit' })
else {
  const frames = Number(own)
  const checkpoint = await drawnCheckpoint('sam2-memory', sam2Tensors(reducedSam2(json, '2.1', 'bench')))
  const networks = await openSam2(checkpoint, {}, { json, where: 'bench' })
  const prompts = [{ object: '1', frame: 0, box: [40, 30, 120, 90] as const }]
  const start = performance.now()
  let seen = 0
  const at: number[] = []
  for await (const _ of trackMasks(sam2Tracker(networks), video(frames), prompts, {
    mode: 'box-propagate',
    fillHoles: 8,
  })) {
    globalThis.gc?.()
    if (++seen === 20 || seen === frames) at.push(process.memoryUsage().rss / 2 ** 20)
  }
  const seconds = (performance.now() - start) / 1000
  const peak = process.resourceUsage().maxRSS / 1024
  console.log(
    `${frames} frames: peak ${peak.toFixed(0)} MiB; after frame 20 ${at[0].toFixed(0)} MiB, after the last ${at[1].toFixed(0)} MiB; ${seconds.toFixed(0)} s`,
  )
  await networks.close()
}

/** A disc that wanders over a pattern, drawn when it is asked for. */
function video(frames: number): MaskVideo {
  return {
    name: 'drawn',
    frames,
    height,
    width,
    async *read(start, count) {
      for (let index = start; index < start + count; index++) {
        const rgb = new Uint8Array(height * width * 3)
        const [cx, cy] = [80 + 30 * Math.sin(index / 9), 60 + 15 * Math.cos(index / 7)]
        for (let i = 0; i < height * width; i++) {
          const [x, y] = [i % width, Math.floor(i / width)]
          const inside = (x - cx) ** 2 + (y - cy) ** 2 < 900
          rgb.fill(inside ? 220 : 60 + ((x * 7 + y * 3) % 64), 3 * i, 3 * i + 3)
        }
        yield { index, height, width, rgb }
      }
    },
  }
}
