import { readdir, realpath, stat } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import { leadsToFolder, systemReason } from '@kinemetric/files'
import { benchmarkError } from '../../failures/benchmark-error.ts'

/** Where a scene's files lie; several paths where copies of one name are about. */
export type FilesOfScenes = ReadonlyMap<number, readonly string[]>

/** What lies in a folder of CLEVRER, by the number in the files' names. */
export interface ClevrerFiles {
  readonly annotations: FilesOfScenes
  readonly videos: FilesOfScenes
  /** Of the release that is used. */
  readonly proposals: FilesOfScenes
  /** Which release that is, in words. */
  readonly masks: string
  /** By scene, then by the object that is not there: what really happens without it. CLEVRER itself has none. */
  readonly counterfactuals: ReadonlyMap<number, ReadonlyMap<number, string>>
  /** In words, what was passed over. */
  readonly notes: readonly string[]
}

const patterns = {
  annotations: /^annotation_(\d{1,9})\.json$/,
  videos: /^video_(\d{1,9})\.mp4$/,
  proposals: /^proposal_(\d{1,9})\.json$/,
  simulated: /^sim_(\d{1,9})\.json$/,
}
const counterfactual = /^annotation_(\d{1,9})_without_(\d{1,9})\.json$/

/** The releases' folders: the project page's first. */
const releases = ['derender_proposals', 'processed_proposals'] as const

/** Deeper than any copy of the data set that is known. */
const deepest = 8

/**
 * Finds CLEVRER's files by their names, in whatever folders they lie below the given one. Masks are those of the release whose folder is there
 * (`derender_proposals`, else `processed_proposals`, else files of the one's or the other's name anywhere); the two are never mixed.
 * @param masks a folder of masks, as a path or inside the dataset's folder
 * @throws KinemetricError `bad-dataset` where there are no annotations or no masks, `bad-option` where `masks` is no folder
 */
export async function findClevrerFiles(folder: string, masks?: string): Promise<ClevrerFiles> {
  const { files, notes } = await listFiles(folder)
  const annotations = byNumber(files, patterns.annotations)
  if (annotations.size === 0)
    throw benchmarkError('bad-dataset', folder, {
      expected: 'annotations (annotation_00000.json, in folders as the data set has them)',
      found: foundInstead(files),
    })
  const counterfactuals = new Map<number, Map<number, string>>()
  for (const path of files) {
    const match = counterfactual.exec(nameOfPath(path))
    if (match === null) continue
    const [scene, object] = [Number(match[1]), Number(match[2])]
    counterfactuals.set(scene, (counterfactuals.get(scene) ?? new Map<number, string>()).set(object, path))
  }
  return {
    annotations,
    videos: byNumber(files, patterns.videos),
    ...(masks === undefined ? releaseIn(folder, files) : await releaseAt(folder, masks)),
    counterfactuals,
    notes,
  }
}

/** Where the system's name of a file begins is left to it: both separators end a folder. */
function nameOfPath(path: string): string {
  return path.slice(path.lastIndexOf(sep) + 1)
}

function byNumber(files: readonly string[], pattern: RegExp): Map<number, string[]> {
  const found = new Map<number, string[]>()
  for (const path of files) {
    const match = pattern.exec(nameOfPath(path))
    if (match === null) continue
    const number = Number(match[1])
    found.set(number, [...(found.get(number) ?? []), path])
  }
  return found
}

function releaseIn(folder: string, files: readonly string[]): Pick<ClevrerFiles, 'proposals' | 'masks'> {
  for (const release of releases) {
    const inside = files.filter((path) => relative(folder, path).split(sep).slice(0, -1).includes(release))
    const proposals = ofEitherName(inside)
    if (proposals.size > 0) return { proposals, masks: release }
  }
  const proposals = ofEitherName(files)
  if (proposals.size > 0) return { proposals, masks: 'files of their names' }
  throw benchmarkError('bad-dataset', folder, {
    expected: `masks (${releases.join('/proposal_00000.json or ')}/sim_00000.json)`,
    found: foundInstead(files),
  })
}

async function releaseAt(folder: string, masks: string): Promise<Pick<ClevrerFiles, 'proposals' | 'masks'>> {
  for (const place of [resolve(masks), resolve(folder, masks)]) {
    const isFolder = await stat(place).then(
      (found) => found.isDirectory(),
      () => false,
    )
    if (!isFolder) continue
    const proposals = ofEitherName((await listFiles(place)).files)
    if (proposals.size > 0) return { proposals, masks: nameOfPath(place) }
  }
  throw benchmarkError('bad-option', 'masks', {
    expected: 'a folder of proposal_00000.json or sim_00000.json',
    found: masks,
  })
}

/** The project page's names before the others, never both. */
function ofEitherName(files: readonly string[]): Map<number, string[]> {
  const proposals = byNumber(files, patterns.proposals)
  return proposals.size > 0 ? proposals : byNumber(files, patterns.simulated)
}

/** Every file below a folder, in the order of their names; links to folders are followed, none twice. Folders in it that cannot be read are passed over. */
async function listFiles(folder: string): Promise<{ files: string[]; notes: string[] }> {
  const files: string[] = []
  const notes: string[] = []
  const seen = new Set<string>()
  const visit = async (place: string, depth: number) => {
    const real = await realpath(place).catch(() => place)
    if (seen.has(real)) return
    seen.add(real)
    const entries = await readdir(place, { withFileTypes: true }).catch((cause: unknown) => {
      const found = systemReason(cause)
      if (depth === 1)
        throw benchmarkError('bad-dataset', place, { expected: 'a readable folder of CLEVRER', found }, { cause })
      notes.push(`${relative(folder, place)}: passed over, it cannot be read (${found})`)
      return []
    })
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name.startsWith('.')) continue
      const path = join(place, entry.name)
      if (!(await leadsToFolder(place, entry))) files.push(path)
      else if (depth < deepest) await visit(path, depth + 1)
    }
  }
  await visit(folder, 1)
  return { files, notes }
}

function foundInstead(files: readonly string[]): string {
  const archives = files.map(nameOfPath).filter((name) => /\.(zip|tar|gz)$/.test(name))
  if (archives.length > 0) return `none, and ${archives.slice(0, 3).join(', ')}, which must be unpacked first`
  return files.length === 0 ? 'no files' : `${files.length} other files`
}
