import { renameSync } from 'node:fs'
import { lstat, mkdir, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { hashBytes, isInside, jsonLine, withLock, writeError } from '@kinemetric/files'
import { reportError } from '../board/report-error.ts'
import { readMarker, siteMarker } from './site-marker.ts'

/** Lies in the folder beside a site in which the next one is made. */
const buildMarker = 'kinemetric-build.json'

const removal = { recursive: true, force: true, maxRetries: 5 } as const

/**
 * Makes a site whole or not at all: `fill` gets an empty folder on the same disk, which then takes the place of the site at `target`. The old site stays
 * until the new one is complete; the exchange is two renames one directly after the other. A process that is killed at any moment leaves the old site or
 * the new one (killed between the two renames: the old one, which the next build puts back) and at most one hidden folder with its lock beside it, which
 * the next build removes. A folder that is not ours is neither replaced nor removed.
 *
 * @param fill answers what else the marker says
 * @throws KinemetricError `bad-output` where the target is something else, `locked` where another build of the same target runs, `disk-full`,
 * `write-failed`; what `fill` throws comes through as it is
 */
export async function replaceSite<T extends Record<string, unknown>>(
  target: string,
  fill: (folder: string) => Promise<T>,
): Promise<T> {
  await checkTarget(target)
  const build = hidden(target, 'kinemetric-build')
  return withLock(hidden(target, 'kinemetric-build.lock'), async () => {
    await recover(target, build)
    const next = join(build, 'next')
    try {
      await make(build, next)
      const said = await fill(next)
      const names = [...(await readdir(next)), siteMarker].sort()
      await writeFile(join(next, siteMarker), `${jsonLine({ schema: 'kinemetric/site@1', ...said, names })}\n`)
      // Somebody may have put files there meanwhile.
      await checkTarget(target)
      exchange(next, target, join(build, 'previous'))
      return said
    } finally {
      await recover(target, build)
    }
  })
}

async function make(build: string, next: string): Promise<void> {
  try {
    await mkdir(build)
    await writeFile(join(build, buildMarker), `${jsonLine({ schema: 'kinemetric/site-build@1' })}\n`)
    await mkdir(next)
  } catch (cause) {
    throw writeError(build, cause)
  }
}

/** Nothing may come between the two renames, hence no waiting. */
function exchange(next: string, target: string, previous: string): void {
  let replaced = false
  try {
    replaced = renamed(target, previous)
    renameSync(next, target)
  } catch (cause) {
    if (replaced) renamed(previous, target)
    throw writeError(target, cause)
  }
}

/** Whether there was something to rename. */
function renamed(from: string, to: string): boolean {
  try {
    renameSync(from, to)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false
    throw error
  }
}

/** Puts an old site back that a build was killed over, and removes what builds leave; also the tidying up after a build. */
async function recover(target: string, build: string): Promise<void> {
  const names = await readdir(build).catch(() => null)
  if (names === null) return
  if (names.length > 0 && !names.includes(buildMarker))
    throw reportError('bad-output', build, {
      expected: 'what an interrupted build left',
      found: `other files (${names.slice(0, 3).join(', ')})`,
      then: 'move that folder away',
    })
  if (names.includes('previous') && (await lstat(target).catch(() => null)) === null)
    renamed(join(build, 'previous'), target)
  // The marker goes last, so that what a killed removal leaves is still known as ours.
  for (const name of names.filter((name) => name !== buildMarker)) await rm(join(build, name), removal)
  await rm(build, removal)
}

/**
 * A build replaces its target, so the target must be nothing, empty, or a site that holds nothing at its top but what the build wrote.
 * @throws KinemetricError `bad-output`
 */
export async function checkTarget(target: string): Promise<void> {
  const info = await stat(target).catch(() => null)
  if (info === null) return
  const refuse = (found: string) =>
    reportError('bad-output', target, { expected: 'a new or empty folder, or an earlier site', found })
  if (!info.isDirectory()) throw refuse('a file')
  const names = await readdir(target)
  if (names.length === 0) return
  const own = await writtenNames(target, names)
  const others = own === null ? names : names.filter((name) => !own(name))
  if (others.length > 0) throw refuse(`other files (${others.slice(0, 3).join(', ')})`)
}

/**
 * A site holds copies of its records to download: one that lay among the results would be read with them the next time, each method twice.
 * @throws KinemetricError `bad-output`
 */
export async function checkApart(target: string, folders: readonly (string | undefined)[]): Promise<void> {
  const above = await realOrAbove(target)
  for (const folder of folders)
    if (folder !== undefined && (await isInside(above, [folder])))
      throw reportError('bad-output', target, {
        expected: 'a folder outside the results',
        found: `one inside ${folder}`,
        then: 'choose one beside them',
      })
}

/** Real path of a folder, or of the first above it that is there. */
async function realOrAbove(folder: string): Promise<string> {
  const real = await realpath(folder).catch(() => null)
  return real ?? (dirname(folder) === folder ? folder : realOrAbove(dirname(folder)))
}

/** What the marker of a whole site at `target` says, if it was made of `inputs`; null for any other. */
export async function standingSite(
  target: string,
  inputs: string,
): Promise<{ pages: number; warnings: string[] } | null> {
  const marker = await readMarker(target)
  if (marker === null || marker.inputs !== inputs) return null
  const { pages, warnings, names } = marker
  const there = new Set(await readdir(target))
  const isWhole = Array.isArray(names) && names.every((name) => typeof name === 'string' && there.has(name))
  if (!isWhole || typeof pages !== 'number' || !Array.isArray(warnings)) return null
  return { pages, warnings: warnings.filter((warning) => typeof warning === 'string') }
}

/** Which names at a site's top its build wrote; null where there is no site. Markers of before they listed them own all but hidden names. */
async function writtenNames(target: string, names: readonly string[]): Promise<((name: string) => boolean) | null> {
  if (!names.includes(siteMarker)) return null
  const marker = await readMarker(target)
  if (typeof marker?.schema !== 'string' || !marker.schema.startsWith('kinemetric/site@')) return null
  const listed: unknown[] | null = Array.isArray(marker.names) ? marker.names : null
  return (name) => (listed === null ? !name.startsWith('.') : listed.includes(name))
}

/** A hidden name beside the target, not too long for the file system where the target's own is not. */
function hidden(target: string, suffix: string): string {
  const name = basename(target)
  const start = Buffer.byteLength(name) > 200 ? hashBytes(name).slice(0, 32) : name
  return join(dirname(target), `.${start}.${suffix}`)
}
