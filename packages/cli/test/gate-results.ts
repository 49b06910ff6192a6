import { join } from 'node:path'
import { expect } from 'vitest'
import { kinemetric } from './kinemetric.ts'
import { writeVideo } from './small-videos.ts'

/** Clips of a generator: how far their pattern is from the reference's. */
export async function generateClips(
  cwd: string,
  folder: string,
  off: (clip: number) => number,
  clips = 8,
): Promise<void> {
  for (let clip = 0; clip < clips; clip++)
    await writeVideo(join(cwd, folder), `clip-${clip}`, { phase: clip + off(clip) })
}

/** Scores a folder of clips against `refs` into `r/<folder>`. */
export async function scoreClips(cwd: string, generated: string, ...args: string[]): Promise<void> {
  const given = ['score', '--reference', 'refs', '--generated', generated, '--out', `r/${generated}`, '--quiet']
  const { code, stderr } = await kinemetric([...given, '--metrics', 'psnr,ssim', ...args], { cwd })
  expect(code, stderr).toBe(0)
}

/** Records `before` a change and after several: `again` the same frames, `nearly` a little noise, `worse`. */
export async function writeGateResults(
  cwd: string,
  candidates: readonly ('again' | 'nearly' | 'worse')[],
): Promise<void> {
  const off = {
    before: () => 0.4,
    again: () => 0.4,
    nearly: (clip: number) => 0.4 + 0.003 * Math.sin(7 + 13 * clip),
    worse: (clip: number) => 0.5 + 0.02 * clip,
  }
  await generateClips(cwd, 'refs', () => 0)
  for (const side of ['before', ...candidates] as const) {
    await generateClips(cwd, side, off[side])
    await scoreClips(cwd, side)
  }
}
