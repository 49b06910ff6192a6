import { describe, expect, test } from 'vitest'

import { GraphBuilder } from '../../../src/onnx/graph-builder.ts'
import { clipVision } from '../../../src/models/clip-vision/graph.ts'
import { openImageEmbedder } from '../../../src/models/clip-vision/open.ts'
import { type ClipTower, huggingFaceTower, openaiTower } from '../../../src/models/clip-vision/tower.ts'
import { float32Data, type HostTensor, openSession } from '../../../src/session/session.ts'
import { hasShared } from '../../../../../test/shared.ts'
import { farthest, goldenTensor, runnerGoldens } from '../runner-goldens.ts'
import { tiny } from './configs.ts'

const prefix = 'cond_stage_model.model.visual.'

describe.skipIf(!hasShared('goldens', 'runners'))('CLIP’s vision tower', () => {
  test('under Hugging Face’s names embeds as the original', async () => {
    const tower = huggingFaceTower(await runnerGoldens('interdyn_tiny_image_encoder.safetensors'), tiny)
    const goldens = await runnerGoldens('interdyn_tiny_golden.safetensors')
    const found = await embed(tower, await goldenTensor(goldens, 'clip.pixel_values'))
    expect(farthest(found, await goldenTensor(goldens, 'clip.image_embeds'))).toBeLessThan(1e-5)
  })

  test('under OpenAI’s names embeds as the original', async () => {
    const tower = openaiTower(await runnerGoldens('coshand_tiny.ckpt'), { prefix, heads: 4 })
    const goldens = await runnerGoldens('coshand_tiny_golden.safetensors')
    const found = await embed(tower, await goldenTensor(goldens, 'clip.pixel_values'))
    expect(farthest(found, await goldenTensor(goldens, 'clip.embed'))).toBeLessThan(1e-5)
  })

  test('embeds a picture of another size as the original pipeline does', async () => {
    const tower = huggingFaceTower(await runnerGoldens('interdyn_tiny_image_encoder.safetensors'), tiny)
    const image = await goldenTensor(await runnerGoldens('interdyn_tiny_golden.safetensors'), 'pipe.image01')
    const expected = await goldenTensor(await runnerGoldens('interdyn_tiny_pipe.safetensors'), 'pipe.image_embeds')
    const embedder = await openImageEmbedder(tower, { resize: 'diffusers-antialias' })
    const found = await embedder.run({ ...image, data: float32Data(image).map((value) => 2 * value - 1) })
    await embedder.close()
    expect(farthest(found, { ...expected, shape: [1, 24] })).toBeLessThan(1e-5)
  })
})

/** The tower alone, on pixels that are normalised already. */
async function embed(tower: ClipTower, pixels: HostTensor): Promise<HostTensor> {
  const graph = new GraphBuilder('tower')
  const layers = { graph, tensor: tower.tensor, dtype: 'float32', fusedAttention: true } as const
  const embedding = clipVision(layers, tower.config, graph.input('pixels', 'float32', pixels.shape))
  graph.output(embedding, 'embedding', 'float32', [1, tower.config.projection])
  const session = await openSession(graph.build())
  const { embedding: row } = await session.run({ pixels })
  await session.close()
  return row
}
