// Peak memory of `kinemetric features` over more and more clips, each run a process of its own: Inception over 29, 1,000 and
// 10,000 clips of one frame, I3D over 29 and 1,000 clips of nine. The clips are links to one small video and the cache is off, so
// that every clip is decoded and runs the network. Formula weights. KINEMETRIC_BENCH_CLIPS=29,1000 runs other numbers. Linux only.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { link, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeTorchZip } from '@kinemetric/networks'
import { writeLossless } from '@kinemetric/video'
import ndarray from 'ndarray'
import { i3dTensors } from '../packages/networks/src/models/i3d/tensors.ts'
import { inceptionTensors } from '../packages/networks/src/models/inception/tensors.ts'
import { formulaTensors } from '../packages/networks/test/formula-weights.ts'

const cli = join(import.meta.dirname, '..', 'packages', 'cli', 'bin', 'kinemetric.js')
const asked = process.env.KINEMETRIC_BENCH_CLIPS?.split(',').map(Number)
const folder = await mkdtemp(join(tmpdir(), 'kinemetric-features-'))
try {
  await writeTorchZip(join(folder, 'inception.pth'), formulaTensors(inceptionTensors('pytorch-fid')))
  await writeTorchZip(join(folder, 'i3d.pt'), formulaTensors(i3dTensors('pytorch-i3d')))
  for (const [network, weights, frames, numbers] of [
    ['inception', 'inception.pth', 1, [29, 1000, 10_000]],
    ['i3d', 'i3d.pt', 9, [29, 1000]],
  ] as const) {
    for (const clips of asked ?? numbers) {
      const { peakMiB, seconds, laterMiB } = await extract(network, weights, await linkedClips(frames, clips))
      console.log(
        `${network}: ${clips} clips of ${frames} frames: peak ${peakMiB.toFixed(0)} MiB (${laterMiB.toFixed(0)} MiB of it after the first quarter of the run), ${seconds.toFixed(0)} s`,
      )
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function linkedClips(frames: number, clips: number): Promise<string> {
  const videos = join(folder, `clips-${frames}-${clips}`)
  await mkdir(videos)
  const data = Uint8Array.from({ length: frames * 64 * 96 * 3 }, (_, i) => (i * 31 + (i >> 7)) & 255)
  const first = join(videos, '00000.mkv')
  await writeLossless(first, { pixels: ndarray(data, [frames, 64, 96, 3]), fps: 7 })
  for (let clip = 1; clip < clips; clip++) await link(first, join(videos, `${String(clip).padStart(5, '0')}.mkv`))
  return videos
}

/** Peak resident memory of the command, and by how much it rose after the first quarter of its time. */
async function extract(network: string, weights: string, videos: string) {
  const out = join(folder, 'features.npz')
  const options = ['--checkpoint', join(folder, weights), '--unverified', '--no-cache', '--quiet', '--out', out]
  const child = spawn(process.execPath, [cli, 'features', network, videos, ...options], { stdio: 'inherit' })
  const begun = performance.now()
  const peaks: number[] = []
  const watch = setInterval(() => {
    void readFile(`/proc/${child.pid}/status`, 'utf8').then(
      (text) => void peaks.push(Number(/VmHWM:\s+(\d+)/.exec(text)?.[1] ?? 0) / 1024),
      () => {},
    )
  }, 250)
  await once(child, 'close')
  clearInterval(watch)
  if (child.exitCode !== 0) throw new Error(`features ended with ${child.exitCode}`)
  const peakMiB = Math.max(...peaks)
  return {
    peakMiB,
    laterMiB: peakMiB - (peaks[Math.floor(peaks.length / 4)] ?? peakMiB),
    seconds: (performance.now() - begun) / 1000,
  }
}
