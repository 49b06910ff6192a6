import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { beforeAll, describe, expect, test } from 'vitest'

import { correlationGraph, levelSize, supportGraph } from '../../../src/models/cotracker3/correlation.ts'
import { encoderGraph } from '../../../src/models/cotracker3/encoder.ts'
import { cotracker3 } from '../../../src/models/cotracker3/model.ts'
import { updateGraph } from '../../../src/models/cotracker3/update.ts'
import { type Checkpoint } from '../../../src/index.ts'
import type { GraphModel } from '../../../src/onnx/graph-builder.ts'
import { float32Data, type HostTensor, openSession } from '../../../src/session/session.ts'
import { cotracker3Checkpoint } from './checkpoint.ts'
import { goldenClip } from './fixtures.ts'
import { formulaNumbers } from '../../formula-weights.ts'
import { hasSoftwareVulkan, useSoftwareVulkan } from '../../session/software-vulkan.ts'

// Each graph by itself on a software Vulkan driver: right or wrong, not fast. The encoder's 51 GFLOP take longer there
// than all the rest of the suite, so it is only run where that is asked for by KINEMETRIC_FULL=encoder.
const full = process.env.KINEMETRIC_FULL
if (full === undefined) console.warn('skipped: CoTracker3 on WebGPU takes minutes in software (set KINEMETRIC_FULL=1)')

const [length, count] = [2, 3]

describe.skipIf(full === undefined || !hasSoftwareVulkan())('CoTracker3 on WebGPU', { timeout: 600_000 }, () => {
  let checkpoint: Checkpoint
  let levels: Record<string, HostTensor>
  beforeAll(async () => {
    useSoftwareVulkan()
    checkpoint = await cotracker3Checkpoint('offline')
    levels = Object.fromEntries(
      Array.from({ length: cotracker3.levels }, (_, level) => [
        `level${level}`,
        noise(`level${level}`, [length, ...levelSize(level), cotracker3.channels]),
      ]),
    )
  })
  // x, y in features: inside, at the border and outside of the map.
  const paths = [3.3, 4.4, 3.9, 4.1, 120.2, 90.7, 126.9, 94.8, 50, 60.5, -2.2, 61]
  const coordinates = { type: 'float32', data: Float32Array.from(paths), shape: [count, length, 2] } as const

  test('templates agree with the CPU’s', async () => {
    const points = Float32Array.of(3.3, 4.4, 120.2, 90.7, 50, 60.5)
    await agrees(supportGraph(), {
      ...levels,
      frames: { type: 'int32', data: Int32Array.of(0, 1, 0), shape: [count] },
      points: { type: 'float32', data: points, shape: [count, 2] },
    })
  })

  test('correlations agree with the CPU’s', async () => {
    const supports = Array.from({ length: cotracker3.levels }, (_, level) => [
      `support${level}`,
      noise(`support${level}`, [count, cotracker3.channels, cotracker3.support]),
    ])
    await agrees(correlationGraph(checkpoint), { ...levels, ...Object.fromEntries(supports), coordinates })
  })

  test('refinements agree with the CPU’s', async () => {
    await agrees(updateGraph(checkpoint), {
      correlations: noise('correlations', [count, length, 1024]),
      coordinates,
      visibility: noise('visibility', [count, length]),
      confidence: noise('confidence', [count, length]),
      time: noise('time', [length, cotracker3.token]),
    })
  })

  test.skipIf(full !== 'encoder')('features agree with the CPU’s', { timeout: 3_600_000 }, async () => {
    const frame = goldenClip(1)
    await agrees(encoderGraph(checkpoint), { frames: { type: 'uint8', data: frame.data, shape: frame.shape } })
  })
})

/** Runs a graph on both providers, compares all outputs and says which nodes were left to the CPU. */
async function agrees(graph: GraphModel, feeds: Record<string, HostTensor>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'kinemetric-webgpu-'))
  const run = async (provider: 'cpu' | 'webgpu'): Promise<Record<string, HostTensor>> => {
    const session = await openSession(graph, { provider, profilePrefix: join(folder, provider) })
    const outputs = await session.run(feeds)
    await session.close()
    return outputs
  }
  const onCpu = await run('cpu')
  const onGpu = await run('webgpu')
  console.log(`${graph.name}: nodes that WebGPU left to the CPU: ${fallenBack(folder)}`)
  rmSync(folder, { recursive: true, force: true })
  for (const [name, tensor] of Object.entries(onCpu)) {
    const [a, b] = [float32Data(tensor), float32Data(onGpu[name])]
    const largest = a.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    const worst = a.reduce((most, value, at) => Math.max(most, Math.abs(value - b[at])), 0)
    // Vulkan's sine is only exact to 2⁻¹¹, which the motion encoding brings into the refinements.
    expect(worst / largest, name).toBeLessThan(1e-4)
  }
}

interface ProfileEvent {
  cat?: string
  args?: { op_name?: string; provider?: string }
}

/** Operators and how often, from the profile of the WebGPU session. */
function fallenBack(folder: string): string {
  const counts = new Map<string, number>()
  for (const file of readdirSync(folder)) {
    if (!file.startsWith('webgpu')) continue
    const events: ProfileEvent[] = JSON.parse(readFileSync(join(folder, file), 'utf8'))
    for (const { cat, args } of events) {
      if (cat !== 'Node' || args?.provider !== 'CPUExecutionProvider' || args.op_name === undefined) continue
      counts.set(args.op_name, (counts.get(args.op_name) ?? 0) + 1)
    }
  }
  return [...counts].map(([operator, times]) => `${operator} ${times}`).join(', ') || 'none'
}

function noise(name: string, shape: number[]): HostTensor {
  const size = shape.reduce((product, n) => product * n, 1)
  return { type: 'float32', data: Float32Array.from(formulaNumbers(name, size), (x) => x / 2), shape }
}
