import { sliceFrames } from '@kinemetric/video'
import { expect, test } from 'vitest'
import { openAskedClip } from '../../../src/models/clip-vision/features.ts'
import { openAskedDino, openAskedDinov2 } from '../../../src/models/dino/open.ts'
import { interpolatedPositions } from '../../../src/models/vision-transformer/positions.ts'
import type { NetworkOpener } from '../../../src/roles/network-card.ts'
import { goldenA } from '../../golden-frames.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { formulaCheckpoint, goldenList, goldenPixels, type networkTensors, unlike } from './networks.ts'

const folder = await temporaryFolder()
const dinov2 = openAskedDinov2('dinov2-vitl14')

type Case = [
  golden: string,
  part: string,
  net: keyof typeof networkTensors,
  open: NetworkOpener<'features'>,
  size: [number, number],
  heads?: number,
]

const cases: Case[] = [
  ['dinov2_small_224x224', 'cls', 'dinov2_small', dinov2, [224, 224], 3],
  ['dinov2_small_112x168', 'cls', 'dinov2_small', dinov2, [112, 168], 3],
  ['dinov2_small_518x518', 'cls', 'dinov2_small', dinov2, [518, 518], 3],
  ['dinov2_L_width_1_block_224', 'cls', 'dinov2_L_width_1_block', dinov2, [224, 224]],
  ['dino_small_224x224', 'cls', 'dino_small', openAskedDino, [224, 224], 3],
  ['dino_small_224x398', 'cls', 'dino_small', openAskedDino, [224, 398], 3],
  ['dino_small_224x336', 'cls', 'dino_small', openAskedDino, [224, 336], 3],
  ['dino_B_width_1_block_224x336', 'cls', 'dino_B_width_1_block', openAskedDino, [224, 336]],
  ['clip_small_224', 'embed', 'clip_small', openAskedClip, [224, 224], 3],
  ['clip_B32_width_1_block_224', 'embed', 'clip_B32_width_1_block', openAskedClip, [224, 224]],
]

test.each(cases)('%s: the row is the original’s', async (golden, part, net, open, [height, width], heads) => {
  const settings = heads === undefined ? undefined : { heads }
  const extractor = await open({ network: await formulaCheckpoint(folder, net) }, { settings }, {})
  const row = await extractor.extractTensor!(goldenPixels(height, width))
  await extractor.close()
  expect(unlike(row, golden, part)).toEqual([])
})

test.each([
  ['dinov2_small_pos_224', [16, 16]],
  ['dinov2_small_pos_112x168', [8, 12]],
] as const)('%s: positions of another grid', async (golden, [rows, columns]) => {
  const { tensors } = await formulaCheckpoint(folder, 'dinov2_small')
  const positions = await interpolatedPositions({
    classToken: tensors.get('cls_token')!,
    positions: tensors.get('pos_embed')!,
  })
  const table = positions.of(rows, columns)
  const width = 48
  const row = (index: number) => [...table.subarray(index * width, index * width + 8)]
  expect(table).toHaveLength((1 + rows * columns) * width)
  goldenList(golden, 'row1').forEach((value, i) => expect(row(1)[i]).toBeCloseTo(value, 5))
  goldenList(golden, 'row_last').forEach((value, i) => expect(row(rows * columns)[i]).toBeCloseTo(value, 5))
})

test('frames in several runs have the rows that each has alone', async () => {
  const checkpoint = await formulaCheckpoint(folder, 'dinov2_small')
  const extractor = await dinov2({ network: checkpoint }, { settings: { heads: 3 } }, { batch: 2 })
  const together = await extractor.extract(goldenA)
  const alone = await Promise.all([0, 1, 2].map((t) => extractor.extract(sliceFrames(goldenA, t, 1, 1))))
  await extractor.close()
  expect(together).toHaveLength(3 * extractor.dimension)
  const apart = alone.flatMap((row, t) => [...row].map((value, i) => Math.abs(value - together[t * row.length + i])))
  expect(Math.max(...apart)).toBeLessThan(1e-5)
  // Frames differ, so that one row in another's place would show.
  expect(Math.abs(alone[0][0] - alone[1][0])).toBeGreaterThan(1e-3)
})

test('weights of another size than the card’s are told by the size’s name', async () => {
  const network = await formulaCheckpoint(folder, 'dinov2_L_width_1_block')
  await expect(openAskedDinov2('dinov2-vits14')({ network }, {}, {})).rejects.toThrow(
    /expected one of dinov2-vits14, found that of dinov2-vitl14/,
  )
})

test('what a network does not know is refused by name', async () => {
  const network = await formulaCheckpoint(folder, 'dinov2_small')
  const asked = (choice: Parameters<typeof dinov2>[1]) => dinov2({ network }, choice, {})
  await expect(asked({ preprocessing: 'vbench' })).rejects.toThrow(
    /preprocessing to be one of dgm-eval, dgm-eval-clean, torch-fidelity, found vbench/,
  )
  await expect(asked({ settings: { heads: 5 } })).rejects.toThrow(/a number of heads that divides 48, found 5/)
  await expect(asked({ settings: { depth: 5 } })).rejects.toThrow(/no choices but heads, found depth/)
})
