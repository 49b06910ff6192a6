import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { frameArray, writePngFolder } from '@kinemetric/video'
import { releaseVideo } from '../../../../video/test/moving-pixels/release-video.ts'

/** Views, in the order of their numbers. */
const views = ['left', 'center', 'right'] as const
const seeds = [0.3, 1.1, 2.2, 3.7, 4.4, 5.9]

export interface SmallRelease {
  /** Folder of the videos inside the release. */
  layout?: 'testing' | 'testing-videos'
  /** Names of videos, without the ending, that are left out. */
  without?: readonly string[]
  frames?: number
  scenarios?: number
}

/** Names of a release's clips, by scenario and view. */
export function clipNames(scenarios = 2): string[] {
  return Array.from({ length: scenarios }, (_, s) =>
    views.map((view, v) => `${number(3 * s + v + 1)}_perspective-${view}_trimmed-${'abcdef'[s]}`),
  ).flat()
}

/** A release of small videos at 8 frames a second, as folders of frames, whose content is a formula. */
export async function writeRelease(
  root: string,
  { layout = 'testing', without = [], frames = 40, scenarios = 2 }: SmallRelease = {},
): Promise<void> {
  const folder = join(root, 'split-videos', layout, '8FPS')
  await mkdir(folder, { recursive: true })
  for (let s = 0; s < scenarios; s++)
    for (const [v, view] of views.entries())
      for (const take of [1, 2] as const) {
        const id = 3 * s + v + 1 + (take === 2 ? 3 * scenarios : 0)
        const name = `${number(id)}_testing-videos_8FPS_perspective-${view}_take-${take}_trimmed-${'abcdef'[s]}`
        if (!without.includes(name))
          await writeFrames(join(folder, name), {
            seed: seeds[3 * s + v],
            kind: `take-${take}`,
            frames,
            height: 32,
            width: 48,
          })
      }
}

/** A run of small videos of those clips. */
export async function writeRun(folder: string, names: readonly string[], frames = 40): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const [i, name] of names.entries())
    await writeFrames(join(folder, name), { seed: seeds[i], kind: 'generated', frames, height: 24, width: 44 })
}

async function writeFrames(path: string, video: Parameters<typeof releaseVideo>[0]): Promise<void> {
  const pixels = frameArray(releaseVideo(video), video.frames, video.height, video.width)
  await writePngFolder(path, { pixels, fps: undefined })
}

function number(id: number): string {
  return String(id).padStart(4, '0')
}
