import { scanTable } from '@kinemetric/records'

/**
 * What a table is about, without its values: its clips and, where they are asked for, its last frame (−1 else). @throws KinemetricError as `scanTable`
 */
export async function scanClips(path: string, withFrames: boolean): Promise<{ clips: Set<string>; lastFrame: number }> {
  const clips = new Set<string>()
  let lastFrame = -1
  await scanTable(path, withFrames ? ['clip', 'frame'] : ['clip'], (group) => {
    let last: string | undefined
    for (const clip of group.texts('clip'))
      if (clip !== last) {
        clips.add(clip)
        last = clip
      }
    for (const frame of group.numbers('frame')) if (frame > lastFrame) lastFrame = frame
  })
  return { clips, lastFrame }
}
