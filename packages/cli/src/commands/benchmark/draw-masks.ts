import { join } from 'node:path'
import { firstPrompts, makeMasks, type MaskDrawer } from '@kinemetric/benchmark'
import { isUnverified, type MaskMode, type MaskTracker } from '@kinemetric/networks'
import { type MaskModelFlags, openMaskModel } from '../../options/mask-model.ts'

export interface DrawMasksFlags extends MaskModelFlags {
  maskMode: MaskMode
  /** Remove masks of other boxes, another network or mode that lie there. */
  overwrite?: boolean
}

/** What draws masks, and how the network that it opened is closed. */
export interface OpenedDrawer extends MaskDrawer {
  close(): Promise<void>
}

/**
 * What draws the masks of a preparation: SAM 2 on the videos as they are, into `<out>/masks/<clip>/`, where those of an earlier run are kept. The network is
 * opened with the first clip that has none, and stays open.
 * @throws KinemetricError `weights` with the command that gets them; of `draw` as `makeMasks`: `other-inputs` where others lie there
 */
export async function openMaskDrawer(
  flags: DrawMasksFlags,
  out: string,
  tellOf: (clip: string, done: number, total: number) => void,
): Promise<OpenedDrawer> {
  const model = await openMaskModel(flags)
  const { maskMode: mode, provider } = flags
  const unverified = model.weights.some(isUnverified)
  let opened: MaskTracker | undefined
  const close = async () => {
    const tracker = opened
    opened = undefined
    await tracker?.close()
  }
  return {
    options: {
      maskMode: mode,
      model: model.id,
      ...(model.config === undefined ? {} : { config: model.config }),
      weights: model.weights.map(({ sha256 }) => sha256),
      provider: provider ?? 'cpu',
    },
    source: `${model.id}/${mode}${unverified ? ' (unverified)' : ''}`,
    close,
    async draw({ clip, video, prompts }, signal) {
      const folder = join(out, 'masks', clip)
      const open = async () => {
        opened ??= await model.open(signal)
        // Whoever draws one clip closes what it opened; the next one wants it.
        return { ...opened, close: async () => undefined }
      }
      await makeMasks({
        video,
        prompts: mode === 'box-propagate' ? firstPrompts(prompts) : prompts,
        mode,
        model: { ...model, open },
        provider,
        out: folder,
        overwrite: flags.overwrite,
        signal,
        onProgress: (done, total) => tellOf(clip, done, total),
      }).catch(async (error: unknown) => {
        // A process that died is opened anew.
        await close().catch(() => undefined)
        throw error
      })
      return folder
    },
  }
}
