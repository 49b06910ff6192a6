// JEDi beside its own package in one run: 29 real clips against the same clips played backwards and darkened, V-JEPA's ViT-H cut to some blocks, weights by formula.
// Rows and value of both, and what they take.
//
// Both run at once, so that only their processor times can be compared.
//
// node bench/jedi-peer.ts <python with torch, videojedi 0.1.2 and vjepa 0.1.2> [blocks, default 1] [clips, default 29]
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
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

const [python = 'python3', blockText = '1', clipText = '29'] = process.argv.slice(2)
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
  const peer = runPeer()
  while (!existsSync(join(folder, 'ready'))) await Promise.race([sleep(200), peer])

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
  const said = await peer
  console.log(said)
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

/** What the package says in the end. */
async function runPeer() {
  const child = spawn(python, [join(import.meta.dirname, 'peers', 'jedi_peer.py'), folder, blockText])
  const text = { out: '', error: '' }
  child.stdout.on('data', (piece: Buffer) => (text.out += piece.toString()))
  child.stderr.on('data', (piece: Buffer) => (text.error += piece.toString()))
  const [status] = await once(child, 'close')
  if (status !== 0) throw new Error(text.error)
  return JSON.parse(text.out.trim().split('\n').at(-1) ?? '')
}

async function realClips(): Promise<FrameArray[]> {
  const root = sharedPath('data', 'interdyn-examples')
  const ids = (await readdir(root)).toSorted()
  const clips: FrameArray[] = []
  for (const id of ids.slice(0, Number(clipText))) clips.push((await readFrames(join(root, id, 'video.webm'))).pixels)
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
