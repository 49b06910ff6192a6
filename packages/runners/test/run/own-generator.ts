import { join } from 'node:path'
import type { Manifest, ManifestClip } from '@kinemetric/benchmark'
import { readJson } from '@kinemetric/files'
import { frameArray } from '@kinemetric/video'
import { z } from 'zod'
import { type Condition, findMethod, type Generation, type Generator, type Method } from '../../src/index.ts'

/** A method whose code is the test's own. */
export async function methodOf(folder: string, own: Partial<Generator>): Promise<Method> {
  const { spec } = await findMethod('static')
  const generator = { concurrent: 2, weights: [], generate: generateGrey, close: () => Promise.resolve(), ...own }
  const load = () => Promise.resolve(() => Promise.resolve(generator))
  return { spec, folder, native: { id: 'static', sees: 'condition', load } }
}

const generateGrey = (condition: Condition) => Promise.resolve(grey(condition))

/** Grey frames. */
export function grey({ frames: count, size: [height, width] }: Pick<Condition, 'frames' | 'size'>): Generation {
  const pixels = frameArray(new Uint8Array(count * height * width * 3).fill(128), count, height, width)
  return { frames: { pixels, fps: 6 }, isInput: Array.from({ length: count }, () => false), noise: null, notes: [] }
}

/** The n first of clips that are all the manifest's first. */
export function many(manifest: Manifest, count: number): Manifest {
  return {
    ...manifest,
    clips: Array.from({ length: count }, (_, i): ManifestClip => ({ ...manifest.clips[0], id: `clip-${i}` })),
  }
}

/** A JSON file that a run wrote. */
export const readJsonFile = (...path: string[]) => readJson(join(...path), z.record(z.string(), z.unknown()))
