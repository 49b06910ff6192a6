import { expect, test } from 'vitest'
import { randomScene } from '../src/scene.ts'
import { sceneSchema } from '../src/scene-schema.ts'

test('scenes survive JSON and fit their schema', () => {
  for (let index = 0; index < 20; index++) {
    const scene = randomScene(7, index)
    expect(sceneSchema.parse(JSON.parse(JSON.stringify(scene)))).toEqual(scene)
  }
})
