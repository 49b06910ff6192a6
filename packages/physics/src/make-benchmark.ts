import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { canonicalJson, writeWhole } from '@kinemetric/files'
import { writeLossless, type FrameArray } from '@kinemetric/video'
import { render } from './render.ts'
import { randomScene } from './scene.ts'
import { simulate } from './simulate.ts'

/**
 * Makes the physics benchmark's dataset folder: `<id>/video.mkv`, `<id>/mask_driver.mkv` (the control signal),
 * `<id>/mask_<object>.mkv` and `<id>/scene.json`; lossless, 256×384, 14 frames at 6 fps. The same seed gives the
 * same pixels on every machine.
 * @returns the clips' ids
 * @throws KinemetricError `disk-full`, `write-failed`
 */
export async function makePhysicsBenchmark(
  folder: string,
  options: { clips: number; seed?: number; onProgress?: (done: number, total: number) => void },
): Promise<string[]> {
  const ids: string[] = []
  for (let index = 0; index < options.clips; index++) {
    const scene = randomScene(options.seed ?? 1, index)
    const clipFolder = join(folder, scene.id)
    await mkdir(clipFolder, { recursive: true })
    const picture = render(scene, await simulate(scene))
    const write = (name: string, pixels: FrameArray) =>
      writeLossless(join(clipFolder, name), { pixels, fps: scene.fps })
    await write('video.mkv', picture.frames)
    await write('mask_driver.mkv', picture.driverMask)
    for (const [i, object] of scene.objects.entries()) await write(`mask_${object.name}.mkv`, picture.objectMasks[i])
    await writeWhole(join(clipFolder, 'scene.json'), canonicalJson(scene), { durable: false })
    ids.push(scene.id)
    options.onProgress?.(index + 1, options.clips)
  }
  return ids
}
