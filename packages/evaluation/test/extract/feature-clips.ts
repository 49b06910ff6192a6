import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fvdSpec } from '@kinemetric/metrics'
import { writeTorchZip } from '@kinemetric/networks'
import { writeLossless } from '@kinemetric/video'
import { pattern } from '../../../benchmark/test/small-benchmark.ts'
import { temporaryFolder } from '../../../benchmark/test/temporary-folder.ts'
import { i3dTensors } from '../../../networks/src/models/i3d/tensors.ts'
import { formulaTensors } from '../../../networks/test/formula-weights.ts'
import { FeatureCache, type SaveFeaturesOptions } from '../../src/index.ts'

/** Clips of which one cannot be read and one is too short for I3D; its weights are a formula, so that nothing has to be downloaded. */
export const clipNames = ['a', 'b', 'c', 'd', 'e', 'f'] as const
export const failing = ['b', 'e'] as const

export interface FeatureClips {
  root: string
  /** A folder with a video of each name. */
  videos: string
  /** Weights by formula. */
  weights: string
  /** A cache that several extractions share: the network runs once a clip. */
  cache: () => FeatureCache
  /** What `saveFeatures` is asked, but for its place. */
  options: (more?: Partial<SaveFeaturesOptions>) => Omit<SaveFeaturesOptions, 'place'>
}

export async function featureClips(): Promise<FeatureClips> {
  const root = await temporaryFolder()
  const videos = join(root, 'videos')
  const i3d = join(root, 'i3d.pt')
  await mkdir(videos)
  await writeTorchZip(i3d, formulaTensors(i3dTensors('pytorch-i3d')))
  for (const [phase, name] of clipNames.entries())
    await writeLossless(join(videos, `${name}.mkv`), {
      pixels: pattern({ frames: name === 'e' ? 5 : 9, phase }),
      fps: 6,
    })
  await writeFile(join(videos, 'b.mkv'), 'no video')
  const cache = () => new FeatureCache(join(root, 'cache'), undefined, (message) => expectNone(message))
  return {
    root,
    videos,
    weights: i3d,
    cache,
    options: (more = {}) => ({
      choice: { metric: fvdSpec },
      source: videos,
      checkpoints: { 'i3d-kinetics-400': i3d },
      ...more,
    }),
  }
}

function expectNone(message: string): never {
  throw new Error(`expected no warning, found ${message}`)
}

/** Ids of the processes of tasks that this one has started. */
export async function taskProcesses(): Promise<number[]> {
  const found: number[] = []
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
    const command = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')
    if (parent === process.pid && command.includes('serve-tasks')) found.push(Number(name))
  }
  return found
}
