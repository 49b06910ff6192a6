import { expect, test } from 'vitest'

import type { Checkpoint } from '../../../src/checkpoints/tensors/tensor-reference.ts'
import { sam2Cards } from '../../../src/models/sam2/card.ts'
import { checkSam2Config, publishedSam2 } from '../../../src/models/sam2/config.ts'
import { sam2Opener } from '../../../src/models/sam2/open.ts'
import { sam2Tensors } from '../../../src/models/sam2/tensors.ts'
import { identifySam2, requireSam2, sam2Of } from '../../../src/models/sam2/variant.ts'
import { reducedConfig } from '../sam2-goldens.ts'

/** Names and shapes alone: nothing else is looked at. */
function checkpointOf(shapes: Readonly<Record<string, readonly number[]>>): Checkpoint {
  const tensors = new Map(Object.entries(shapes).map(([name, shape]) => [name, { name, shape }]))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a checkpoint of which no bytes are read
  return { path: 'some.pt', tensors } as unknown as Checkpoint
}

test('each published file is told by its names and shapes, and every card takes its own alone', async () => {
  const ids: string[] = []
  for (const version of ['2.0', '2.1'] as const)
    for (const variant of ['tiny', 'small', 'base-plus', 'large'] as const) {
      const checkpoint = checkpointOf(sam2Tensors(publishedSam2(variant, version)))
      expect(identifySam2(checkpoint)).toEqual({ variant, version })
      const id = sam2Of(checkpoint)
      ids.push(id)
      const other = sam2Cards.find((card) => card.id !== id)!.id
      await expect(sam2Opener(other)({ network: checkpoint }, {}, {})).rejects.toMatchObject({
        code: 'wrong-checkpoint',
        expected: `the checkpoint of ${other}`,
        found: `that of ${id}`,
      })
    }
  expect(ids.toSorted()).toEqual(sam2Cards.map(({ id }) => id).toSorted())
})

test.for([
  ['image_encoder.patch_embed.proj.weight', 'one of SAM 1'],
  ['detector.backbone.weight', 'one of SAM 3'],
  ['vision_encoder.backbone.weight', 'one with the names of another library'],
  ['conv1.weight', 'another'],
])('%s is of no SAM 2', ([name, found]) => {
  expect(() => identifySam2(checkpointOf({ [name]: [1] }))).toThrow(
    expect.objectContaining({ code: 'wrong-checkpoint', found }),
  )
})

test('a network of one’s own is called by the one that it is like, and by no other; its sizes have to be said', () => {
  const { trunk, ...config } = publishedSam2('small', '2.1')
  const own = checkpointOf(sam2Tensors({ ...config, trunk: { ...trunk, channels: 8 } }))
  expect(requireSam2(own, undefined, true)).toBe('sam2.1-small')
  expect(() => requireSam2(own, 'sam2.1-large', true)).toThrow(
    expect.objectContaining({ code: 'wrong-checkpoint', expected: 'the checkpoint of sam2.1-large' }),
  )
  expect(() => requireSam2(own, undefined, false)).toThrow(/found a SAM 2 of other sizes; --config names them/)
})

test('blocks that look at the whole map are blocks that are there', () => {
  const { json } = reducedConfig
  expect(checkSam2Config(json, 'mine.json')).toEqual(json)
  const beyond = { ...json, trunk: { ...json.trunk, global_att_blocks: [5, 12] } }
  expect(() => checkSam2Config(beyond, 'mine.json')).toThrow(
    expect.objectContaining({ code: 'bad-config', expected: expect.stringContaining('0..11'), found: '12' }),
  )
})
