import { readJson } from '@kinemetric/files'
import { render, sceneSchema, simulate, withoutDriver, withoutReaction } from '@kinemetric/physics'
import type { Condition } from '../generator/condition.ts'
import type { OpenGenerator } from '../generator/generator.ts'
import { plainGenerator } from '../generator/plain-generator.ts'
import { runnerError } from '../generator/runner-error.ts'
import { areaOf, masksOf } from '../masks/mask.ts'

/**
 * Good image, wrong physics: the physics benchmark's scene with the driver on its path and nothing that reacts to it. Where the control signal shows no driver there
 * is none.
 */
export const openDriverOnly: OpenGenerator = async () =>
  plainGenerator(async ({ clip, asset, control }: Condition, { sample }) => {
    const path = await asset('scene.json')
    if (path === undefined)
      throw runnerError('missing-condition', clip, { expected: "scene.json beside the clip's video", found: 'none' })
    const driven = control === undefined || masksOf((await control.frames()).pixels).some((mask) => areaOf(mask) > 0)
    const own = await readJson(path, sceneSchema)
    const scene = driven ? own : withoutDriver(own)
    // Another take than the reference's: other noise of the camera, as a second recording has; and another one for each sample.
    const { frames } = render(scene, withoutReaction(await simulate(scene)), 1 + sample)
    return { pixels: frames, fps: scene.fps }
  })
