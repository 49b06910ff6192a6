import { join } from 'node:path'
import { canonicalJson, writeWhole, makeFolder } from '@kinemetric/files'
import { writeLossless, type FrameArray } from '@kinemetric/video'
import { motionFile } from './motion-file.ts'
import { driverName } from './move-bodies.ts'
import { render } from './render.ts'
import { randomScene, withoutDriver } from './scene.ts'
import { simulate } from './simulate.ts'

/**
 * Makes the physics benchmark's dataset folder: `<id>/video.mkv`, `<id>/mask_driver.mkv` (the control signal),
 * `<id>/mask_<object>.mkv` and `<id>/scene.json`; lossless, 256×384, 14 frames at 6 fps. What happens without the driver lies in
 * `<id>/without_driver/` (`video.mkv`, and `mask_driver.mkv`, which shows nothing), what moves where in `<id>/motion.json`. The same seed gives the
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
    const aside = join(clipFolder, `without_${driverName}`)
    await makeFolder(aside)
    const motion = await simulate(scene)
    const picture = render(scene, motion)
    const write = (place: string, name: string, pixels: FrameArray) =>
      writeLossless(join(place, name), { pixels, fps: scene.fps })
    await write(clipFolder, 'video.mkv', picture.frames)
    await write(clipFolder, 'mask_driver.mkv', picture.driverMask)
    for (const [i, { name }] of scene.objects.entries())
      await write(clipFolder, `mask_${name}.mkv`, picture.objectMasks[i])
    const alone = withoutDriver(scene)
    const rest = await simulate(alone)
    // The camera's noise is the same one: the two differ by the driver and by what it does alone.
    const quiet = render(alone, rest)
    await write(aside, 'video.mkv', quiet.frames)
    await write(aside, 'mask_driver.mkv', quiet.driverMask)
    const texts = { 'scene.json': scene, 'motion.json': motionFile(scene, motion, rest) }
    for (const [name, value] of Object.entries(texts))
      await writeWhole(join(clipFolder, name), canonicalJson(value), { durable: false })
    ids.push(scene.id)
    options.onProgress?.(index + 1, options.clips)
  }
  return ids
}
