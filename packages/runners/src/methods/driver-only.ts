import { readFile } from 'node:fs/promises'
import type { Frames } from '@kinemetric/video'
import type { GeneratorInput } from '../generator/generator.ts'
import { render } from '@kinemetric/physics'
import { sceneSchema } from '@kinemetric/physics'
import { simulate, withoutReaction } from '@kinemetric/physics'
import { RunnerError } from '../generator/runner-error.ts'

/** Good image, wrong physics: the benchmark's scene with the driver on its path and nothing that reacts to it. */
export async function generateDriverOnly({ clip, asset }: GeneratorInput): Promise<Frames> {
  const path = asset('scene.json')
  if (path === undefined) {
    throw new RunnerError(
      'missing-condition',
      `clip ${clip}: driver-only draws the physics benchmark's scenes and expected scene.json beside the clip's video; found none`,
    )
  }
  const scene = sceneSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  const { frames } = render(scene, withoutReaction(await simulate(scene)), 1)
  return { pixels: frames, fps: scene.fps }
}
