import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Item, readItem } from '@kinemetric/records'

/** A folder of a sample that lies in a folder of generated clips. */
export interface SampleThere {
  readonly clip: string
  readonly sample: number
  /** What its item.json says; undefined where there is none: a program was interrupted over it. */
  readonly item: Item | undefined
}

/** Every `<clip>/s<sample>` below a folder that holds something, whatever the manifest wants of it. @param isOwn of which clips */
export async function samplesThere(out: string, isOwn: (clip: string) => boolean = () => true): Promise<SampleThere[]> {
  const there: SampleThere[] = []
  for (const clip of (await foldersIn(out)).filter(isOwn))
    for (const name of await foldersIn(join(out, clip))) {
      const sample = /^s(\d+)$/.exec(name)?.[1]
      if (sample === undefined) continue
      const folder = join(out, clip, name)
      const item = await readItem(folder)
      if (item !== undefined || (await readdir(folder)).length > 0) there.push({ clip, sample: Number(sample), item })
    }
  return there
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name)
}
