import { readJson } from '@kinemetric/files'
import { render, sceneSchema, simulate, withoutReaction } from '@kinemetric/physics'
import type { Condition } from '../generator/condition.ts'
import type { OpenGenerator } from '../generator/generator.ts'
import { plainGenerator } from '../generator/plain-generator.ts'
import { runnerError } from '../generator/runner-error.ts'

/** Good image, wrong physics: the physics benchmark's scene with the driver on its path and nothing that reacts to it. */
export const openDriverOnly: OpenGenerator = async () =>
  plainGenerator(async ({ clip, asset }: Condition, { sample }) => {
    const path = asset('scene.json')
    if (path === undefined)
      throw runnerError('missing-condition', clip, { expected: "scene.json beside the clip's video", found: 'none' })
    const scene = await readJson(path, sceneSchema)
    // Another take than the reference's: other noise of the camera, as a second recording has; and another one for each sample.
    const { frames } = render(scene, withoutReaction(await simulate(scene)), 1 + sample)
    return { pixels: frames, fps: scene.fps }
  })
