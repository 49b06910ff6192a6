import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { hashBytes } from '@kinemetric/files'
import { isMedia, siteFiles } from '../site-model/results/site-files.ts'

/** Changes whenever a file that a site is made of comes, goes or is written. */
export interface ResultsStamp {
  all: string
  /** Of all but comparisons: those are made of the others, and written beside them by whoever makes them first. */
  compared: string
  /** Of neither comparisons nor media: a run that is at work writes videos of its clips long before its record names them. */
  records: string
  comparisons: string
}

/** Of each file its name, size, time and place on the disk; nothing is opened. Folders that cannot be read count as such. */
export async function resultsStamp(folders: readonly (string | undefined)[]): Promise<ResultsStamp> {
  const lines: string[] = []
  const compared: string[] = []
  const media: string[] = []
  for (const folder of folders) {
    if (folder === undefined) continue
    const names = await siteFiles(folder)
    compared.push(names === null ? 'none' : 'folder')
    for (const name of names ?? []) {
      const info = await stat(join(folder, name)).catch(() => undefined)
      const own = basename(name) === 'comparisons.json' ? lines : isMedia(name) ? media : compared
      own.push(`${name} ${info?.size} ${info?.mtimeMs} ${info?.ino}`)
    }
  }
  return {
    all: digest(compared, media, lines),
    compared: digest(compared, media),
    records: digest(compared),
    comparisons: digest(lines),
  }
}

function digest(...parts: readonly (readonly string[])[]): string {
  return hashBytes(parts.map((part) => part.join('\n')).join('\n\n'))
}
