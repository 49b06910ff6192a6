import { makeFolder } from '@kinemetric/files'
import { labelsPath, readLabels } from '@kinemetric/records'
import type { Leaderboard } from '../../board/leaderboard.ts'
import { shortText } from '../../board/presentable.ts'
import { ClipStore } from './clip-store.ts'
import { type LoadedRecord, tableProblem } from '../results/load-results.ts'
import { scanClips } from './scan-clips.ts'
import type { StoredMetric } from './table-writer.ts'

/** A protocol's clips with what data sets say of them, and the values of all methods. */
export interface ProtocolClips {
  ids: readonly string[]
  /** '' for none. */
  labels: string[]
  classes: string[]
  /** Index into `classes`, −1 for none. */
  classOf: Int32Array
  /** Names of the objects of each clip, in one text; [] where no clip has any. */
  objects: string[]
  store: ClipStore
  /** Of the clips whose values reach furthest, where the protocol leaves it to the clips. */
  frames: number
}

/**
 * Reads the clips of a protocol and the values of its methods, these onto disk. A table that cannot be read is left out and told.
 *
 * @param loaded the records in the order of the board's rows
 * @param folder where a folder of scratch files is made
 */
export async function readProtocolClips(
  board: Leaderboard,
  loaded: readonly LoadedRecord[],
  folder: string,
  problems: string[],
): Promise<ProtocolClips> {
  const { frames: known } = board.protocol
  const { ids, lastFrame } = await clipIds(loaded, problems, typeof known !== 'number')
  const frames = typeof known === 'number' ? known : lastFrame + 1
  await makeFolder(folder)
  const store = new ClipStore(ids, storedMetrics(board), frames, folder)
  for (const [method, record] of loaded.entries()) {
    if (record.tablePath === null) continue
    try {
      await store.add(method, record.tablePath, record.shown)
    } catch (error) {
      problems.push(tableProblem(record, error))
      record.tablePath = null
    }
  }
  return { ids, ...(await readTexts(store, loaded, problems)), store, frames: store.frames }
}

/** All clips that a table, a failure or media are of, sorted as people count. */
async function clipIds(
  loaded: readonly LoadedRecord[],
  problems: string[],
  withFrames: boolean,
): Promise<{ ids: string[]; lastFrame: number }> {
  const ids = new Set<string>()
  let last = -1
  for (const record of loaded) {
    for (const { clip } of record.record.failures) ids.add(clip)
    for (const { clip } of record.record.media?.clips ?? []) ids.add(clip)
    if (record.tablePath === null) continue
    try {
      const { clips, lastFrame } = await scanClips(record.tablePath, withFrames)
      for (const clip of clips) ids.add(record.shown(clip))
      last = Math.max(last, lastFrame)
    } catch (error) {
      problems.push(tableProblem(record, error))
      record.tablePath = null
    }
  }
  return { ids: [...ids].sort(new Intl.Collator('en', { numeric: true }).compare), lastFrame: last }
}

/** The board's metrics and recipes, each once: others of a table (levels of chance, weights) are no column. */
function storedMetrics({ columns }: Leaderboard): StoredMetric[] {
  const seen = new Map(columns.map(({ metric, recipe }) => [JSON.stringify([metric, recipe]), { metric, recipe }]))
  return [...seen.values()]
}

/** A label or class is a line or two; what is longer is cut. */
const mostLetters = 200

/** What is said of clips, by the files of labels beside the records and by what records say of their media. */
async function readTexts(
  store: ClipStore,
  loaded: readonly LoadedRecord[],
  problems: string[],
): Promise<Pick<ProtocolClips, 'labels' | 'classes' | 'classOf' | 'objects'>> {
  const labels = store.ids.map(() => '')
  const objects = store.ids.map(() => '')
  const classOf = new Int32Array(store.ids.length).fill(-1)
  const classes = new ClassNames()
  for (const folder of new Set(loaded.map((record) => record.folder))) {
    const { shown } = loaded.find((record) => record.folder === folder)!
    const broken = await readLabels(labelsPath(folder), ({ clip, label, class: name, objects: things = [] }) => {
      const at = store.placeOf(shown(clip))
      if (at === undefined) return
      if (label !== undefined) labels[at] = shortText(shown(label), mostLetters)
      if (things.length > 0) objects[at] = shortText(shown(things.join(', ')), mostLetters)
      if (name !== undefined && shown(name) !== '') classOf[at] = classes.take(shown(name))
    })
    if (broken > 0)
      problems.push(
        `labels.jsonl: ${broken === 1 ? 'a line is' : `${broken} lines are`} no label of a clip and passed over`,
      )
  }
  for (const { record } of loaded)
    for (const { clip, label } of record.media?.clips ?? []) {
      const at = store.placeOf(clip)
      if (at !== undefined && label !== undefined && labels[at] === '') labels[at] = shortText(label, mostLetters)
    }
  const kept = largestClasses(classes.names, classOf)
  if (kept.names.length < classes.names.length)
    problems.push(
      `of ${classes.names.length} classes of clips the ${mostClasses} largest are told apart: clips of the others are found by their labels`,
    )
  return {
    labels,
    classes: kept.names,
    classOf: kept.classOf,
    objects: objects.some((text) => text !== '') ? objects : [],
  }
}

/** A list to choose from is no longer. */
const mostClasses = 500

/** The largest classes, in the order in which they came; clips of the others have none. */
function largestClasses(names: string[], classOf: Int32Array): { names: string[]; classOf: Int32Array } {
  if (names.length <= mostClasses) return { names, classOf }
  const sizes = new Uint32Array(names.length)
  for (const at of classOf) if (at >= 0) sizes[at]++
  const kept = [...names.keys()].toSorted((a, b) => sizes[b] - sizes[a] || a - b).slice(0, mostClasses)
  const places = new Map(kept.toSorted((a, b) => a - b).map((at, place) => [at, place]))
  return { names: [...places.keys()].map((at) => names[at]), classOf: classOf.map((at) => places.get(at) ?? -1) }
}

/** Classes by their names. Names that are long and begin alike stay apart when they are cut. */
class ClassNames {
  readonly names: string[] = []
  readonly #places = new Map<string, number>()
  readonly #taken = new Set<string>()

  take(name: string): number {
    const known = this.#places.get(name)
    if (known !== undefined) return known
    const short = shortText(name, mostLetters)
    let shown = short
    for (let count = 2; this.#taken.has(shown); count++) shown = `${short} (${count})`
    this.#taken.add(shown)
    this.#places.set(name, this.names.push(shown) - 1)
    return this.names.length - 1
  }
}
