import { frameArray } from '@kinemetric/video'
import { expect, test } from 'vitest'
import type { Condition } from '../../src/generator/condition.ts'
import { latentGenerator } from '../../src/latent/latent-generator.ts'
import { fakeModel } from '../fake-latent-model.ts'

test('what is said of several frames of a sample is noted once, after what there is to say of all samples', async () => {
  const generator = latentGenerator(
    {
      id: 'interdyn',
      seed: 0,
      firstIsInput: false,
      sample: async (_, { note }) => {
        for (const sentence of ['one', 'two', 'one']) note(sentence)
        return frameArray(new Uint8Array(2 * 3 * 64 * 64), 2, 64, 64)
      },
    },
    { model: fakeModel(({ latents }) => latents), weights: [], notes: ['low memory'] },
    { noise: undefined, dump: undefined },
  )
  const condition: Condition = {
    clip: 'a',
    noiseKey: 'a',
    image: () => Promise.reject(new Error('not asked for')),
    control: undefined,
    text: undefined,
    frames: 2,
    size: [64, 64],
    fps: 6,
    asset: () => Promise.resolve(undefined),
  }
  const { notes } = await generator.generate(condition, { seed: 0, sample: 0, signal: new AbortController().signal })
  expect(notes).toEqual(['low memory', 'one', 'two'])
})
