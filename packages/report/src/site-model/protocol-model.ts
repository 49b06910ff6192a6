import { stat } from 'node:fs/promises'
import { canonicalJson } from '@kinemetric/files'
import type { Claims, ClassScores, KinemetricRecord, Verdicts } from '@kinemetric/records'
import { visibleJson } from '../board/presentable.ts'
import type { Leaderboard } from '../board/leaderboard.ts'
import { type MediaCopy, type MethodSource, clipMedia, clipSlugs } from './clip-media.ts'
import { classesModel } from '../classes/classes-model.ts'
import { differenceCharts } from './difference-charts.ts'
import type { LoadedRecord } from './results/load-results.ts'
import { distributions, influence, motion, nCurves } from './method-model.ts'
import { allClipsCsv } from './clip-values/clips-csv.ts'
import { type MethodValues, methodValues } from './clip-values/method-values.ts'
import { readProtocolClips } from './clip-values/protocol-clips.ts'
import { protocolData } from './protocol-data.ts'
import { type MediaPolicy, type ProtocolMedia, protocolMedia } from './protocol-media.ts'
import type { ProtocolData } from './clip-values/protocol-content.ts'
import type { MethodModel, ProtocolModel } from './site-model.ts'
import { mostWordedClips, probeModels } from './probe-model.ts'
import { type MethodSeries, methodSeries } from '../charts/method-series.ts'
import { resultsDigest } from './results/results-digest.ts'
import { Slugs } from './slug.ts'
import { type IntervalOf, whereItFails } from './where-it-fails.ts'

/** Tables of a protocol that are published with the pages: at 8 methods × 8,667 clips they would be two thirds of the site. */
const mostTableBytes = 4 * 2 ** 20

interface Method extends MethodSource {
  row: Leaderboard['rows'][number]
  values: MethodValues
}

/** What a protocol's model is made with. */
export interface ProtocolContext {
  claims: Claims[]
  /** What became of claims, where a study says it. */
  verdicts: Verdicts | null
  loadedOf: ReadonlyMap<KinemetricRecord, LoadedRecord>
  copies: MediaCopy[]
  problems: string[]
  /** For scratch files of its own. */
  folder: string
  policy: MediaPolicy
  intervalOf?: IntervalOf | undefined
  /** By class of clips; absent where nobody knows. */
  classScores?: ClassScores | undefined
  /** What is said of methods that have no room; '' where all are shown. */
  methodsLeftOut: string
  /** By which an earlier site drew the methods. */
  earlierSeries?: MethodSeries | undefined
}

/** Everything that a protocol's pages show, the files that they need, and what its data files are made of. */
export async function protocolModel(
  board: Leaderboard,
  slug: string,
  {
    claims,
    verdicts,
    loadedOf,
    copies,
    problems,
    folder,
    policy,
    intervalOf,
    classScores,
    earlierSeries,
    methodsLeftOut,
  }: ProtocolContext,
): Promise<{ model: ProtocolModel; data: ProtocolData; media: ProtocolMedia }> {
  const methodSlugs = new Slugs(['index', 'reference', 'control', 'thumb', 'tracks'])
  const records = board.rows.map((row) => loadedOf.get(row.record)!)
  const read = await readProtocolClips(board, records, folder, problems)
  const { ids, store } = read
  const series = methodSeries(board.rows, earlierSeries)
  const methods = board.rows.map((row, index): Method => {
    return {
      row,
      loaded: records[index],
      values: methodValues(store, index),
      name: row.name,
      slug: methodSlugs.take(row.id),
      series: series.get(row.id)!,
      trivial: row.trivial,
    }
  })
  const digest = await resultsDigest(board, records)
  const slugOf = clipSlugs(ids, new Slugs(['index']))
  const metrics = [...store.metrics.keys()].filter((metric) => store.has(metric))
  const published = await protocolMedia(methods, { slug, store, metrics, slugOf }, policy, problems)
  const data = await protocolData(board, methods, { digest, clips: read, folder, media: published.head, intervalOf })
  for (const { from, to } of published.files) copies.push({ from, to: `${slug}/${to}` })
  // Pages of pairs show a clip's own videos beside those without a driver.
  const probed = new Set(methods.flatMap(({ loaded }) => probedClips(loaded.record)))
  const isPublished = (clip: string) =>
    probed.has(clip) && typeof policy === 'string' && published.sets.has(store.placeOf(clip)!)
  const media = await clipMedia(methods, slug, slugOf, isPublished)
  const videosOf = (clip: string) => media.get(clip)?.videos ?? []
  const pairSlugs = new Slugs(['index'])
  const shared = { protocolSlug: slug, slugOf, videosOf, pairSlugs, copies, problems }
  const probes = await probeModels(methods, shared)
  data.head.probes = [...probes.byClip].flatMap(([clip, { pairs }], at) => {
    const place = store.placeOf(clip)
    return place === undefined ? [] : [{ clip: place, pairs, words: at < mostWordedClips ? `words-${at + 1}` : null }]
  })
  const hrefOf = (clip: string) => `${slug}/clip.html?c=${encodeURIComponent(clip)}`
  const { columns } = board
  const tables = await tableBytes(records)
  const csvHref = tables > 0 && tables <= mostTableBytes && metrics.length > 0 ? `${slug}/downloads/clips.csv` : null
  if (csvHref !== null) copies.push({ text: allClipsCsv(data), to: csvHref })
  const models: MethodModel[] = []
  for (const [index, method] of methods.entries()) {
    const { row, values, loaded } = method
    const recordTo = `${slug}/downloads/${method.slug}.json`
    copies.push(
      loaded.asWritten
        ? { from: loaded.path, to: recordTo }
        : { text: visibleJson(canonicalJson(loaded.record)), to: recordTo },
    )
    const table = tables <= mostTableBytes ? loaded.tablePath : null
    if (table !== null) copies.push({ from: table, to: `${slug}/downloads/${method.slug}.parquet` })
    models.push({
      slug: method.slug,
      row: index,
      series: method.series,
      cost: loaded.cost ?? null,
      distributions: await distributions(columns, [method]),
      nCurves: await nCurves(columns, [method]),
      influence: influence(row, columns, hrefOf),
      motion: motion(row, columns),
      fails: whereItFails(board, row, values, { ...read, unitsOf: (clips) => data.hashes.unitsOf(clips) }, intervalOf),
      tableHref: table !== null ? `${slug}/downloads/${method.slug}.parquet` : null,
      recordHref: `${slug}/downloads/${method.slug}.json`,
    })
  }
  const model: ProtocolModel = {
    slug,
    digest,
    board,
    claims,
    verdicts,
    methodsLeftOut,
    methods: models,
    clips: { count: ids.length, csvHref },
    classes: classScores === undefined ? null : classesModel(board, classScores),
    strip: null,
    mediaOrigin: typeof policy === 'object' ? new URL(policy.address).origin : null,
    tablesLeftOut: tables > mostTableBytes ? tables : null,
    probedClips: [...probes.byClip].map(([clip, probe]) => ({ clip, href: hrefOf(clip), probe })),
    pairPages: probes.pages,
    distributions: methods.length > 1 ? await distributions(columns, methods) : [],
    differences: await differenceCharts(columns, methods),
    nCurves: methods.length > 1 ? await nCurves(columns, methods) : [],
    downloads: [
      {
        label: 'JSON',
        href: `${slug}/downloads/leaderboard.json`,
        note: 'every score with interval, ranks and signature, every comparison, and the claims',
      },
      {
        label: 'CSV',
        href: `${slug}/downloads/leaderboard.csv`,
        note: 'one line a score, full precision; value, low, high, rankLow, rankHigh, layer, n and units are as in the table, own_value and own_n as in the record',
      },
      { label: 'LaTeX', href: `${slug}/downloads/leaderboard.tex`, note: 'a table for booktabs' },
      { label: 'Markdown', href: `${slug}/downloads/leaderboard.md`, note: 'a table for a README' },
    ],
  }
  return { model, data, media: published }
}

function probedClips({ media }: KinemetricRecord): string[] {
  return (media?.clips ?? []).filter(({ probe }) => probe !== undefined).map(({ clip }) => clip)
}

/** Bytes of all tables together. */
async function tableBytes(records: readonly LoadedRecord[]): Promise<number> {
  const sizes = await Promise.all(
    records.map(async ({ tablePath }) => (tablePath === null ? 0 : (await stat(tablePath)).size)),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
