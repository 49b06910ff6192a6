import { describe, expect, test } from 'vitest'
import { frameArray, pillowBicubic } from '@kinemetric/video'
import { findTensor } from '../../../src/checkpoints/find-tensor.ts'
import { openCheckpoint } from '../../../src/checkpoints/open-checkpoint.ts'
import { readTensor } from '../../../src/checkpoints/read-tensor.ts'
import { encodePrompt, type PromptWeights } from '../../../src/models/sam2/predictors/encode-prompt.ts'
import { fillHoles } from '../../../src/models/sam2/predictors/fill-holes.ts'
import { MemoryBank } from '../../../src/models/sam2/predictors/memory-bank.ts'
import { normaliseStill } from '../../../src/models/sam2/predictors/normalise-frame.ts'
import { resizeLogits } from '../../../src/models/sam2/predictors/resize-logits.ts'
import { selectStable, stabilityOf } from '../../../src/models/sam2/predictors/select-mask.ts'
import { golden, hasSam2Goldens, sam2Checkpoint, worst } from '../sam2-goldens.ts'

const native = { height: 90, width: 160 }

const memoryOf = (frame: number) => ({ map: Float32Array.of(frame), pointer: Float32Array.of(frame) })

async function promptWeights(): Promise<PromptWeights> {
  const checkpoint = await openCheckpoint(sam2Checkpoint)
  const tensor = (name: string) => readTensor(findTensor(checkpoint, `sam_prompt_encoder.${name}`))
  const point = (label: number) => tensor(`point_embeddings.${label}.weight`)
  return {
    promptMatrix: await tensor('pe_layer.positional_encoding_gaussian_matrix'),
    pointEmbeddings: [await point(0), await point(1), await point(2), await point(3)],
    notAPoint: await tensor('not_a_point_embed.weight'),
  }
}

// The tolerances are what an independent float32 implementation reached against the original, with room for the order of sums.
describe.runIf(hasSam2Goldens)('against the original', () => {
  test("the image predictor's input", async () => {
    const rgb = Uint8Array.from(await golden('video')).subarray(0, 90 * 160 * 3)
    expect(worst(normaliseStill({ index: 0, ...native, rgb }, 256), await golden('img.input'))).toBeLessThan(2e-6)
  })

  test("the image predictor's resize, where one axis shrinks", async () => {
    const rgb = Uint8Array.from(await golden('resize.input'))
    const found = normaliseStill({ index: 0, height: 100, width: 420, rgb }, 256)
    const expected = await golden('resize.bilinear_aa')
    const rows = Float32Array.from({ length: 3 * 16 * 256 }, (_, i) => {
      const [c, row, x] = [Math.floor(i / 4096), Math.floor(i / 256) % 16, i % 256]
      return found[c * 65_536 + 16 * row * 256 + x]
    })
    expect(worst(rows, expected)).toBeLessThan(2e-6)
  })

  test("the video predictor's resize, byte for byte", async () => {
    const rgb = Uint8Array.from(await golden('video')).subarray(0, 90 * 160 * 3)
    const found = pillowBicubic(frameArray(rgb, 1, 90, 160), 256, 256).data
    expect(worst(found, await golden('a.resized.0'))).toBe(0)
  })

  test("a box's tokens", async () => {
    const weights = await promptWeights()
    const boxes = await golden('img.boxes')
    const expected = await golden('img.sparse')
    for (const index of [0, 1]) {
      const [x1, y1, x2, y2] = boxes.subarray(4 * index, 4 * index + 4)
      const found = encodePrompt({ box: [x1, y1, x2, y2] }, native, 256, weights)
      expect(worst(found, expected.subarray(index * 192, (index + 1) * 192))).toBeLessThan(5e-6)
    }
  })

  test('stability, and the mask that it chooses: 0 where it is stable, else the best of the others', async () => {
    const masks = await golden('img.all_masks')
    const iou = await golden('img.all_iou')
    const [stability, low] = [await golden('img.stability'), await golden('img.low')]
    const size = 64 * 64
    const found = [0, 1].map((n) =>
      selectStable({ masks: masks.subarray(n * 4 * size, (n + 1) * 4 * size), iou: iou.subarray(4 * n, 4 * n + 4) }),
    )
    expect(found.map(({ mask, pointer }) => [mask, pointer])).toEqual([
      [0, 0],
      [2, 0],
    ])
    expect(
      worst(
        found.map((selection) => selection.stability),
        stability,
      ),
    ).toBeLessThan(1e-6)
    expect(
      worst(
        found.map((selection) => selection.iou),
        await golden('img.iou'),
      ),
    ).toBe(0)
    const chosen = masks.subarray((4 + 2) * size, (4 + 3) * size).map((x) => Math.min(32, Math.max(-32, x)))
    expect(worst(chosen, low.subarray(size))).toBe(0)
  })

  test('logits at native size', async () => {
    const found = resizeLogits((await golden('img.low')).subarray(0, 4096), { height: 64, width: 64 }, native)
    // Those of the golden were resized before they were cut to ±32; none of the first box's reaches that.
    expect(worst(found, (await golden('img.logits')).subarray(0, 90 * 160))).toBeLessThan(1e-5)
  })

  test('what a frame recalls: prompted frames first, then the most distant of the recent ones', async () => {
    const bank = new MemoryBank(8, 0)
    bank.addPrompted(0, memoryOf(0))
    for (let frame = 1; frame < 7; frame++) bank.addFollowed(frame, memoryOf(frame), 1)
    const { maps, slots, pointers, distances } = bank.recall(7, 1)
    expect(maps.map(([frame]) => frame)).toEqual([0, 1, 2, 3, 4, 5, 6])
    expect(slots).toEqual([6, 5, 4, 3, 2, 1, 0])
    expect(pointers.map(([frame]) => frame)).toEqual([0, 6, 5, 4, 3, 2, 1])
    expect(distances).toEqual([7, 1, 2, 3, 4, 5, 6])
    // 7 maps of 16 × 16 cells, and 7 pointers of 4 tokens.
    expect((await golden('a.memattn.7.memory_pos')).length).toBe((maps.length * 256 + pointers.length * 4) * 16)
  })
})

test('the bank forgets what no later frame can ask for, and keeps what the way back needs', () => {
  const bank = new MemoryBank(1000, 20)
  const memory = { map: new Float32Array(1), pointer: new Float32Array(1) }
  bank.addPrompted(20, memory)
  for (let frame = 21; frame < 1000; frame++) bank.addFollowed(frame, memory, 1)
  // 14 behind the first prompted frame for the way back, 15 before the last.
  expect(bank.size).toBe(29)
  expect(bank.recall(19, -1).distances).toEqual([1, ...[...Array(14).keys()].map((back) => back + 2)])
  expect(bank.recall(19, -1).slots).toEqual([6, 5, 4, 3, 2, 1])
  for (let frame = 19; frame >= 0; frame--) bank.addFollowed(frame, memory, -1)
  expect(bank.size).toBe(15)
  const forwards = new MemoryBank(1000, 0)
  for (let frame = 1; frame < 100; frame++) forwards.addFollowed(frame, memory, 1)
  expect(forwards.size).toBe(15)
})

test('a pointer of a prompted frame that is still to come is not recalled, its map is', () => {
  const bank = new MemoryBank(20, 0)
  const memory = { map: new Float32Array(1), pointer: new Float32Array(1) }
  bank.addPrompted(0, memory)
  bank.addPrompted(9, memory)
  expect(bank.recall(5, 1)).toMatchObject({ slots: [6, 6], distances: [5] })
  expect(bank.recall(5, -1)).toMatchObject({ slots: [6, 6], distances: [4] })
})

test('holes of at most so many cells are filled; corners join them', () => {
  const logits = Float32Array.from(
    [
      [1, 1, 1, 1, 1, 1],
      [1, 0, 1, 1, 1, 1],
      [1, 1, -2, 1, 1, -5],
      [1, 1, 1, 1, -5, -5],
    ].flat(),
  )
  expect(fillHoles(logits, 4, 6, 0, 0.1)).toBe(logits)
  expect(fillHoles(logits, 4, 6, 1, 0.1)).toBe(logits)
  const two = fillHoles(logits, 4, 6, 2, 0.5)
  expect([two[7], two[14], two[17]]).toEqual([0.5, 0.5, -5])
  expect(Math.min(...fillHoles(logits, 4, 6, 3, 0.5))).toBe(0.5)
  expect(logits[7]).toBe(0)
})

test('an empty mask is stable', () => {
  expect(stabilityOf(Float32Array.of(-1, -2))).toBe(1)
  expect(stabilityOf(Float32Array.of(1, 0, 0.2, -1))).toBe(2 / 3)
})
