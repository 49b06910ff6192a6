import { scanTable } from '@kinemetric/records'

/** What a table is about, without its values: its clips, and its last frame. @throws KinemetricError as `scanTable` */
export async function scanClips(path: string): Promise<{ clips: Set<string>; lastFrame: number }> {
  const clips = new Set<string>()
  let lastFrame = -1
  await scanTable(path, ['clip', 'frame'], (group) => {
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
