import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { sliceFrames } from '@kinemetric/video'
import { expect, test } from 'vitest'

import { Cotracker3Network } from '../src/cotracker3/network.ts'
import { trackFeatures } from '../src/cotracker3/offline.ts'
import { cotracker3Checkpoint } from './cotracker3-checkpoint.ts'
import { goldenClip, goldenQueries } from './cotracker3-fixtures.ts'
import { hasSoftwareVulkan, useSoftwareVulkan } from './software-vulkan.ts'

const full = process.env.KINEMETRIC_FULL === '1'
if (!full) console.warn('skipped: CoTracker3 on WebGPU takes minutes in software (set KINEMETRIC_FULL=1)')

interface ProfileEvent {
  cat?: string
  args?: { op_name?: string; provider?: string }
}

test.skipIf(!full || !hasSoftwareVulkan())(
  'WebGPU computes the same features and tracks as the CPU',
  { timeout: 1_800_000 },
  async () => {
    useSoftwareVulkan()
    const checkpoint = await cotracker3Checkpoint('offline')
    const clip = sliceFrames(goldenClip(2), 0, 1, 2)
    const queries = goldenQueries.map(({ t, x, y }) => ({ t, x: (x * 511) / 95, y: (y * 383) / 63 }))
    const folder = mkdtempSync(join(tmpdir(), 'kinemetric-webgpu-'))
    const run = async (provider: 'cpu' | 'webgpu') => {
      const network = await Cotracker3Network.open(checkpoint, { provider, profilePrefix: join(folder, provider) })
      const pyramid = await network.features(clip)
      const state = await trackFeatures(network, pyramid, queries, 2)
      await network.close()
      return { pyramid, state }
    }
    const onCpu = await run('cpu')
    const onGpu = await run('webgpu')
    console.log(`nodes that WebGPU left to the CPU: ${fallenBack(folder)}`)
    rmSync(folder, { recursive: true, force: true })
    for (const [level, values] of onCpu.pyramid.levels.entries()) {
      expect(largestDifference(values, onGpu.pyramid.levels[level])).toBeLessThan(1e-4)
    }
    // In features, of which one is four pixels of the model's frame.
    expect(largestDifference(onCpu.state.coordinates, onGpu.state.coordinates)).toBeLessThan(1e-3)
    expect(largestDifference(onCpu.state.visibility, onGpu.state.visibility)).toBeLessThan(1e-3)
  },
)

/** Operators and how often, from the profiles of the WebGPU sessions. */
function fallenBack(folder: string): string {
  const counts = new Map<string, number>()
  for (const file of readdirSync(folder)) {
    if (!file.startsWith('webgpu')) continue
    for (const { cat, args } of JSON.parse(readFileSync(join(folder, file), 'utf8')) as ProfileEvent[]) {
      if (cat !== 'Node' || args?.provider !== 'CPUExecutionProvider' || args.op_name === undefined) continue
      counts.set(args.op_name, (counts.get(args.op_name) ?? 0) + 1)
    }
  }
  return [...counts].map(([operator, count]) => `${operator} ${count}`).join(', ') || 'none'
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((most, value, at) => Math.max(most, Math.abs(value - b[at])), 0)
}
