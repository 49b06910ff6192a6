// JEDi beside its own package in one run: 29 real clips against the same clips played backwards and darkened, V-JEPA's ViT-H cut to some blocks, weights by formula.
// Rows and value of both, and what they take.
//
// node bench/jedi-peer.ts <python with torch, videojedi 0.1.2 and vjepa 0.1.2> [blocks, default 1]
import { spawnSync } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type FeatureMatrix, findRecipe, readDistanceSide } from '@kinemetric/metrics'
import { openCheckpoint, writeTorchZip } from '@kinemetric/networks'
import { contiguous, readFrames, frameArray, type FrameArray } from '@kinemetric/video'
import { jediScore } from '../packages/metrics/src/distribution/jedi/jedi-score.ts'
import { jediSpec } from '../packages/metrics/src/distribution/jedi/jedi.ts'
import { openVjepa } from '../packages/networks/src/models/vjepa/open.ts'
import { probeWeights, vjepaWeights } from '../packages/networks/test/models/jepa/networks.ts'
import { sharedPath } from '../test/shared.ts'

const [python = 'python3', blockText = '1'] = process.argv.slice(2)
const blocks = Number(blockText)
const folder = await mkdtemp(join(tmpdir(), 'kinemetric-jedi-'))
try {
  await writeTorchZip(join(folder, 'encoder.pth'), vjepaWeights(1280, blocks, [8, 14, 14]))
  await writeTorchZip(join(folder, 'probe.pth'), probeWeights(1280))
  const clips = await realClips()
  const sides = { reference: clips, generated: clips.map(changed) }
  for (const [side, all] of Object.entries(sides))
    for (const [i, clip] of all.entries()) await writeFile(join(folder, `${side}-${i}.bytes`), contiguous(clip).data)
  await writeFile(join(folder, 'shapes.json'), JSON.stringify(clips.map(({ shape }) => shape)))
  console.log(`${cpus().length} × ${cpus()[0].model}; node ${process.version}; load ${loadavg()[0].toFixed(1)}`)
  const peer = spawnSync(python, [join(import.meta.dirname, 'peers', 'jedi_peer.py'), folder, blockText], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
  if (peer.status !== 0) throw new Error(peer.stderr)
  const said = JSON.parse(peer.stdout.trim().split('\n').at(-1)!)
  console.log(said)

  const encoder = await openCheckpoint(join(folder, 'vith16.pth.tar'))
  const probe = await openCheckpoint(join(folder, 'ssv2-probe.pth.tar'))
  const how = { preprocessing: 'worldarena', pool: 'pool-probe-proj', threads: 2 } as const
  const network = await openVjepa('vjepa-vith16', { encoder, probe }, how)
  const before = process.cpuUsage()
  const begun = performance.now()
  const rows: Record<string, FeatureMatrix> = {}
  for (const [side, all] of Object.entries(sides)) {
    const data = new Float32Array(all.length * 1280)
    for (const [i, clip] of all.entries()) data.set(await network.extract(clip), i * 1280)
    rows[side] = { data, rows: all.length, dimension: 1280 }
  }
  const seconds = (performance.now() - begun) / 1000
  const { user, system } = process.cpuUsage(before)
  await network.close()
  const { value } = await jediScore('jedi', findRecipe(jediSpec), rows.generated, rows.reference)
  console.log(
    `kinemetric: JEDi ${value}; ${seconds.toFixed(1)} s, processor ${((user + system) / 1e6).toFixed(1)} s; apart ${Math.abs(value / said.jedi - 1)}`,
  )
  for (const side of ['generated', 'reference']) {
    const { data } = await readDistanceSide(join(folder, `${side}-package.npy`))
    if (!('rows' in data) || !('data' in data)) throw new Error('rows are wanted')
    const own = rows[side].data
    let [worst, size] = [0, 0]
    for (let i = 0; i < own.length; i++) {
      worst = Math.max(worst, Math.abs(own[i] - data.data[i]))
      size = Math.max(size, Math.abs(data.data[i]))
    }
    console.log(`${side}: rows apart by ${worst} at most, of up to ${size}`)
  }
  console.log(`load ${loadavg()[0].toFixed(1)}, ${blocks} of 32 blocks`)
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function realClips(): Promise<FrameArray[]> {
  const root = sharedPath('data', 'interdyn-examples')
  const ids = (await readdir(root)).toSorted()
  const clips: FrameArray[] = []
  for (const id of ids.slice(0, 29)) clips.push((await readFrames(join(root, id, 'video.webm'))).pixels)
  return clips
}

/** Backwards, and a tenth darker. */
function changed(clip: FrameArray): FrameArray {
  const [count, height, width] = clip.shape
  const { data } = contiguous(clip)
  const bytes = height * width * 3
  const result = new Uint8Array(data.length)
  for (let t = 0; t < count; t++)
    for (let i = 0; i < bytes; i++) result[t * bytes + i] = Math.round(0.9 * data[(count - 1 - t) * bytes + i])
  return frameArray(result, count, height, width)
}
