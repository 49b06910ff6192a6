import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { sharedPath } from '../../../../../test/shared.ts'

/** Where the official folders of a small copy of the data set were laid out. */
export interface Mini {
  videos: string
  labels: string
  boxes: string[]
}

/** Lays the official folders out in a folder, as links: the copy's own `link-videos.py`, without Python. */
export async function layMini(target: string, layout: 'qualcomm' | '20bn' = 'qualcomm'): Promise<Mini> {
  const mini = sharedPath('data', 'ssv2-mini')
  const videos = join(target, '20bn-something-something-v2')
  const labels = layout === 'qualcomm' ? join(target, 'labels') : target
  const table: Record<string, string | null> = JSON.parse(await readFile(join(mini, 'videos.json'), 'utf8'))
  for (const [id, source] of Object.entries(table)) {
    const place = join(videos, `${id}.webm`)
    await mkdir(dirname(place), { recursive: true })
    if (source === null) await writeFile(place, '')
    else await symlink(join(mini, source), place)
  }
  await mkdir(labels, { recursive: true })
  const from = join(mini, layout === 'qualcomm' ? 'labels' : 'labels-20bn-crlf')
  for (const name of await readdir(from)) await symlink(join(from, name), join(labels, name))
  const boxes = [1, 2, 3, 4].map((part) => join(mini, 'something-else', `bounding_box_smthsmth_part${part}.json`))
  return { videos, labels, boxes }
}
