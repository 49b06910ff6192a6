import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { checkJson, isError, portableMessage } from '@kinemetric/files'
import { probeSceneSchema } from '@kinemetric/records/probe-scene'
import { z } from 'zod'
import type { ProtocolIdentity } from '../../protocol/protocol.ts'
import type { DatasetAdapter, DatasetClip } from '../dataset-adapter.ts'
import { isOwnClip } from '../../shards/shard.ts'
import { videoSource } from '../frame-source.ts'
import { readMaskFolders } from '../mask-folders.ts'
import { readMotion } from './motion.ts'
import { physicsScene } from './physics-scene.ts'

/**
 * The benchmark that the demo makes: `<id>/video.mkv`, `mask_driver.mkv`, `mask_<object>.mkv` (all of one length, lossless) and `scene.json`. For probes, where
 * they are there: `motion.json`, and what happens without the driver in `without_driver/`, `video.mkv` and `mask_driver.mkv`.
 */
export const physics: DatasetAdapter = {
  id: 'physics',
  title: 'Physics scenes made by kinemetric',
  options: z.strictObject({}),
  async *clips(folder, _, { protocol, shard }) {
    const clips = readMaskFolders(folder, {
      dataset: 'physics',
      extension: '.mkv',
      driver: 'driver',
      offset: () => 0,
      assets: ['scene.json'],
    })
    for await (const clip of clips)
      // Probes are read off the masks, which are decoded.
      if (!isOwnClip(clip.id, shard)) yield { elsewhere: clip.id }
      else yield 'problem' in clip ? clip : withProbe(join(folder, clip.id), clip, protocol.identity)
  },
}

/** A clip with what probes need of it, where its files say. What is wrong with them is a warning: the clip is one all the same. */
async function withProbe(folder: string, clip: DatasetClip, protocol: ProtocolIdentity): Promise<DatasetClip> {
  try {
    const path = join(folder, 'motion.json')
    const motion = await readMotion(path)
    const found = motion && (await physicsScene(clip, motion, protocol))
    if (motion === undefined || found === undefined) return clip
    const aside = join(folder, `without_${motion.driver}`)
    const names = await readdir(aside).catch((): string[] => [])
    const [control, video] = [`mask_${motion.driver}.mkv`, 'video.mkv'].map((name) =>
      names.includes(name) ? videoSource(join(aside, name)) : undefined,
    )
    const pairs =
      control === undefined
        ? undefined
        : [{ without: motion.driver, control, ...(found.comparable && video !== undefined ? { video } : {}) }]
    return { ...clip, scene: checkJson(path, found.scene, probeSceneSchema), ...(pairs === undefined ? {} : { pairs }) }
  } catch (error) {
    if (!isError(error)) throw error
    const warning = `no probe: ${portableMessage(error)}`
    return { ...clip, warnings: [...(clip.warnings ?? []), warning] }
  }
}
