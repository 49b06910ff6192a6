import { stat } from 'node:fs/promises'
import { canonicalJson } from '@kinemetric/files'
import type { Claims, KinemetricRecord } from '@kinemetric/records'
import { frameCurves } from '../charts/frame-curves.ts'
import { visibleJson } from '../board/presentable.ts'
import { seriesCount } from '../charts/method-style.ts'
import { columnTitle } from '../board/board-columns.ts'
import { formatNumber } from '../board/format-score.ts'
import type { Leaderboard } from '../board/leaderboard.ts'
import { type MediaCopy, type MethodSource, clipMedia, clipSlugs } from './clip-media.ts'
import { differenceCharts } from './difference-charts.ts'
import type { LoadedRecord } from './results/load-results.ts'
import { distributions, influence, motion, nCurves } from './method-model.ts'
import { type MethodValues, methodValues } from './clip-values/method-values.ts'
import { type ProtocolClips, readProtocolClips } from './clip-values/protocol-clips.ts'
import { protocolData } from './protocol-data.ts'
import { type MediaPolicy, type ProtocolMedia, protocolMedia } from './protocol-media.ts'
import type { ProtocolData } from './clip-values/protocol-files.ts'
import type { Chart } from '../charts/chart.ts'
import type { ClipPageModel, MethodModel, ProtocolModel, VideoModel } from './site-model.ts'
import { type ProbeModels, probeModels } from './probe-model.ts'
import { resultsDigest } from './results/results-digest.ts'
import { Slugs } from './slug.ts'
import { type IntervalOf, whereItFails } from './where-it-fails.ts'

/** Clips without media get a page of their own up to this many in a protocol; beyond, only those that something points to. */
const pagesWithoutMedia = 60
/** Up to so many clips of a protocol have pages of their own at all. */
const mostPages = 300
/** Tables of a protocol that are published with the pages: at 8 methods × 8,667 clips they would be two thirds of the site. */
const mostTableBytes = 4 * 2 ** 20

interface Method extends MethodSource {
  row: Leaderboard['rows'][number]
  values: MethodValues
}

/** What a protocol's model is made with. */
export interface ProtocolContext {
  claims: Claims[]
  loadedOf: ReadonlyMap<KinemetricRecord, LoadedRecord>
  copies: MediaCopy[]
  problems: string[]
  /** For scratch files of its own. */
  folder: string
  policy: MediaPolicy
  intervalOf?: IntervalOf | undefined
}

/** Everything that a protocol's pages show, the files that they need, and what its data files are made of. */
export async function protocolModel(
  board: Leaderboard,
  slug: string,
  { claims, loadedOf, copies, problems, folder, policy, intervalOf }: ProtocolContext,
): Promise<{ model: ProtocolModel; data: ProtocolData; media: ProtocolMedia }> {
  const methodSlugs = new Slugs(['index', 'reference', 'control', 'thumb', 'tracks'])
  const records = board.rows.map((row) => loadedOf.get(row.record)!)
  const read = await readProtocolClips(board, records, folder, problems)
  const { ids, store } = read
  const methods = board.rows.map((row, index): Method => {
    return {
      row,
      loaded: records[index],
      values: methodValues(store, index),
      name: row.name,
      slug: methodSlugs.take(row.id),
      series: (index % seriesCount) + 1,
      trivial: row.trivial,
    }
  })
  const digest = await resultsDigest(board, records)
  const slugOf = clipSlugs(ids, new Slugs(['index']))
  const metrics = [...store.metrics.keys()].filter((metric) => store.has(metric))
  const published = await protocolMedia(methods, { store, metrics, slugOf }, policy, problems)
  const data = await protocolData(board, methods, { digest, clips: read, folder, media: published.head })
  for (const { from, to } of published.files) copies.push({ from, to: `${slug}/${to}` })
  const isPublished = (clip: string) =>
    ids.length <= mostPages && typeof policy === 'string' && published.sets.has(store.placeOf(clip)!)
  const media = await clipMedia(methods, slug, slugOf, isPublished)
  const paged = pagedClips(ids, methods, media)
  const videosOf = (clip: string) => media.get(clip)?.videos ?? []
  const pairSlugs = new Slugs(['index'])
  const shared = { protocolSlug: slug, slugOf, videosOf, pairSlugs, copies, problems }
  const probes = await probeModels(methods, shared)
  const hrefOf = (clip: string) => `${slug}/clip.html?c=${encodeURIComponent(clip)}`
  const pages = { ids: ids.filter((id) => paged.has(id)), slugOf, media, probes: probes.byClip }
  const clipPages = await clipPageModels(board, methods, read, pages)
  const { columns } = board
  const tables = await tableBytes(records)
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
      distributions: await distributions(columns, [method]),
      nCurves: await nCurves(columns, [method]),
      influence: influence(row, columns, hrefOf),
      motion: motion(row, columns),
      fails: whereItFails(board, row, values, read, intervalOf),
      tableHref: table !== null ? `${slug}/downloads/${method.slug}.parquet` : null,
      recordHref: `${slug}/downloads/${method.slug}.json`,
    })
  }
  const model: ProtocolModel = {
    slug,
    digest,
    board,
    claims,
    methods: models,
    clips: { count: ids.length },
    tablesLeftOut: tables > mostTableBytes ? tables : null,
    clipPages,
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

/** Bytes of all tables together. */
async function tableBytes(records: readonly LoadedRecord[]): Promise<number> {
  const sizes = await Promise.all(
    records.map(async ({ tablePath }) => (tablePath === null ? 0 : (await stat(tablePath)).size)),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** Every clip with videos; the others all while they are few, else those that an influence or an extreme points to. */
function pagedClips(
  ids: readonly string[],
  methods: readonly Method[],
  media: ReadonlyMap<string, { videos: VideoModel[] }>,
): Set<string> {
  const paged = new Set(ids.filter((id) => (media.get(id)?.videos.length ?? 0) > 0))
  // Whole sites of pages are for few clips.
  if (ids.length > mostPages) return new Set()
  if (ids.length <= pagesWithoutMedia) return new Set(ids)
  const wanted = methods.flatMap(({ row }) =>
    row.cells.flatMap((cell) =>
      (cell?.score.details?.influence ?? [])
        .toSorted((a, b) => Math.abs(b.change) - Math.abs(a.change))
        .slice(0, 10)
        .map(({ clip }) => clip),
    ),
  )
  const known = new Set(ids)
  for (const clip of [...new Set(wanted)].slice(0, pagesWithoutMedia)) if (known.has(clip)) paged.add(clip)
  return paged
}

/** The board's columns that tables have values by clip for. */
function clipMetrics(board: Leaderboard, { store }: ProtocolClips) {
  return store.metrics.flatMap((metric, at) => {
    const column = board.columns.find((each) => each.metric === metric.metric && each.recipe === metric.recipe)
    return column !== undefined && store.has(at) ? [{ column, at }] : []
  })
}

async function clipPageModels(
  board: Leaderboard,
  methods: readonly Method[],
  clips: ProtocolClips,
  {
    ids,
    slugOf,
    media,
    probes,
  }: {
    ids: readonly string[]
    slugOf: (clip: string) => string
    media: ReadonlyMap<string, { videos: VideoModel[]; label: string }>
    probes: ProbeModels['byClip']
  },
): Promise<ClipPageModel[]> {
  const { store } = clips
  const metrics = ids.length === 0 ? [] : clipMetrics(board, clips)
  const failures = methods.map(({ row }) => new Map(row.record.failures.map((failure) => [failure.clip, failure])))
  const pages: ClipPageModel[] = []
  for (const [index, id] of ids.entries()) {
    const place = store.placeOf(id)!
    const curvesOf = (at: number) =>
      methods.flatMap(({ name, series }, method) => {
        const curve = store.curves(at, method, place, place + 1) ?? []
        const values = [...curve].flatMap((value, frame) => (Number.isNaN(value) ? [] : [{ frame, value }]))
        return values.length > 1 ? [{ name, series, values }] : []
      })
    const drawn = metrics.map(({ column, at }) => ({ column, series: curvesOf(at) }))
    const frames =
      typeof board.protocol.frames === 'number'
        ? board.protocol.frames
        : 1 + Math.max(0, ...drawn.flatMap(({ series }) => series.flatMap(({ values }) => values.at(-1)!.frame)))
    const curves: Chart[] = []
    for (const { column, series } of drawn.filter(({ series }) => series.length > 0)) {
      const unit = column.unit === '' ? '' : ` (${column.unit})`
      curves.push(await frameCurves(columnTitle(column), `${column.label}${unit}`, series, frames))
    }
    const neighbour = (other: string | undefined) => (other === undefined ? null : { id: other, slug: slugOf(other) })
    pages.push({
      id,
      slug: slugOf(id),
      label: clips.labels[place],
      frames,
      videos: media.get(id)?.videos ?? [],
      curves,
      metrics: metrics.map(({ column }) => ({
        label: columnTitle(column),
        better: column.better,
        unit: column.unit,
      })),
      methods: methods.map(({ name, series, trivial }, method) => ({
        name,
        series,
        trivial,
        values: metrics.map(({ column, at }) => {
          const [value] = store.column(at, method, place, place + 1)
          return formatNumber(Number.isFinite(value) ? value : null, column.decimals)
        }),
        failure: failures[method].get(id)?.message ?? null,
      })),
      probe: probes.get(id) ?? null,
      previous: neighbour(ids[index - 1]),
      next: neighbour(ids[index + 1]),
    })
  }
  return pages
}
