import { expect, test } from 'vitest'
import { type ClipWork, interdynClipWork } from '../../src/latent/clip-work.ts'
import { estimateMemory } from '../../src/latent/memory-estimate.ts'

const gib = 2 ** 30

/** Of the networks of the steps alone, as was measured; published configurations, 14 frames. */
async function ofSteps(height: number, width: number, lowMemory: boolean, dtype = 'float32') {
  const work = await interdynClipWork({}, { steps: 50 }, { frames: 14, height, width }, lowMemory)
  return estimateMemory({ ...work, otherWeights: 0 }, { device: 'cpu', dtype, lowMemory })
}

// Peaks measured on two cores with weights of the released shapes in 16-bit files (bench/networks.md).
test.each([
  [128, 192, false, 13.4],
  [256, 384, false, 11.7],
  [128, 192, true, 5.3],
  [256, 384, true, 6.9],
])('InterDyn at %i×%i, low memory %s: the %f GiB that were measured, to a tenth', async (height, width, low, peak) => {
  const { about, least } = await ofSteps(height, width, low)
  expect(about / gib / peak).toBeGreaterThan(0.9)
  expect(about / gib / peak).toBeLessThan(1.1)
  // What refuses a run stays far below what one really takes.
  expect(least / gib).toBeLessThan(peak / 2)
})

test('float16 saves nothing on the CPU, which widens weights, and half on a card', () => {
  const work: ClipWork = {
    operations: 1,
    steps: 1,
    stepOperations: 1,
    stepWeights: 4e9,
    otherWeights: 1e9,
    widestMap: 1e8,
    fileBytes: 2,
    staysInFile: true,
    dumped: 0,
  }
  const about = (device: string, dtype: string, lowMemory = false) =>
    estimateMemory(work, { device, dtype, lowMemory }).about
  expect(about('cpu', 'float16')).toBe(about('cpu', 'float32'))
  expect(about('cuda', 'float16')).toBeLessThan(0.6 * about('cuda', 'float32'))
  expect(about('cuda', 'float32', true)).toBeGreaterThan(about('cpu', 'float32', true))
})
