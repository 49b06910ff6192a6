import { join } from 'node:path'
import { mkdir } from 'node:fs/promises'
import { labelsPath, readLabels } from '@kinemetric/records'
import type { Leaderboard } from '../../board/leaderboard.ts'
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
  const { ids, lastFrame } = await clipIds(loaded, problems)
  const frames = typeof board.protocol.frames === 'number' ? board.protocol.frames : lastFrame + 1
  await mkdir(folder, { recursive: true })
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
  return { ids, ...(await readTexts(store, loaded)), store, frames: store.frames }
}

/** All clips that a table, a failure or media are of, sorted as people count. */
async function clipIds(
  loaded: readonly LoadedRecord[],
  problems: string[],
): Promise<{ ids: string[]; lastFrame: number }> {
  const ids = new Set<string>()
  let last = -1
  for (const record of loaded) {
    for (const { clip } of record.record.failures) ids.add(clip)
    for (const { clip } of record.record.media?.clips ?? []) ids.add(clip)
    if (record.tablePath === null) continue
    try {
      const { clips, lastFrame } = await scanClips(record.tablePath)
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

/** Labels and classes, of the files of labels beside the records and of what records say of their media. */
async function readTexts(
  store: ClipStore,
  loaded: readonly LoadedRecord[],
): Promise<Pick<ProtocolClips, 'labels' | 'classes' | 'classOf'>> {
  const labels = store.ids.map(() => '')
  const classOf = new Int32Array(store.ids.length).fill(-1)
  const classes = new Map<string, number>()
  for (const folder of new Set(loaded.map((record) => record.folder))) {
    const { shown } = loaded.find((record) => record.folder === folder)!
    await readLabels(labelsPath(join(folder)), ({ clip, label, class: name }) => {
      const at = store.placeOf(shown(clip))
      if (at === undefined) return
      if (label !== undefined) labels[at] = shown(label)
      if (name === undefined || name === '') return
      const text = shown(name)
      if (!classes.has(text)) classes.set(text, classes.size)
      classOf[at] = classes.get(text)!
    })
  }
  for (const { record } of loaded)
    for (const { clip, label } of record.media?.clips ?? []) {
      const at = store.placeOf(clip)
      if (at !== undefined && label !== undefined && labels[at] === '') labels[at] = label
    }
  return { labels, classes: [...classes.keys()], classOf }
}
