import { readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'

/** What runs write beside records as they go: no page shows it. */
const ofRuns = /\.(?:shard\.json|journal\.jsonl|lock|partial)$/

/** Whether a file of a results folder can be shown by a site. @param name its path from the results folder */
function isOfSite(name: string): boolean {
  const parts = name.split(/[\\/]/)
  return !ofRuns.test(name) && !parts.some((part) => part.startsWith('.') || part === 'kept')
}

/** Whether a file lies among media: those are many and large. @param name its path from the results folder */
export function isMedia(name: string): boolean {
  return name.split(/[\\/]/).includes('media')
}

/**
 * Paths of the files of a folder of results or claims that a site can be made of, from that folder, in order; null where the folder cannot be read. A run that goes
 * on there changes none of them before its record is written.
 */
export async function siteFiles(folder: string): Promise<string[] | null> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => null)
  if (entries === null) return null
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter(isOfSite)
    .sort()
}
