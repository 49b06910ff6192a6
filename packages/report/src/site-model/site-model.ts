import type { Claims, RunCost, Verdicts } from '@kinemetric/records'
import type { Leaderboard } from '../board/leaderboard.ts'
import type { Chart } from '../charts/chart.ts'
import type { FrontStrip } from './front-strip.ts'
import type { ProbeWords } from './probe-words.ts'
import type { ClassesModel } from '../classes/classes-model.ts'
import type { FailsModel } from './where-it-fails.ts'
import type { VideoFacts } from '../media/video-facts.ts'

// What the Astro pages are made from: plain JSON, all links already safe, all charts already SVG. Paths are relative to the site's root.

export interface SiteModel {
  title: string
  /** Canonical address, '' when not known. */
  base: string
  /** '' where there are no records. */
  version: string
  /** Name of this build where it is served while its results grow: its pages ask how far that is. null for a site to publish, which asks nothing. */
  live: string | null
  protocols: ProtocolModel[]
  /** What is known of metrics beyond the records: for the page that explains them, and for citations. */
  metrics: MetricEntry[]
  problems: string[]
}

/** A metric as its catalogue describes it (`kinemetric metrics --json`); whoever builds a site hands it in, since records do not carry it. */
export interface MetricEntry {
  id: string
  title: string
  unit: string
  better: 'higher' | 'lower'
  /** null: no bound. */
  range: readonly (number | null)[]
  per: 'frame' | 'clip' | 'set'
  defaultRecipe: string
  recipes: readonly { id: string; summary: string }[]
  /** The published code whose numbers the default recipe reproduces. */
  matches: string
  /** The paper. */
  cite: string
  /** What it sees, and what it does not, a sentence each. */
  sees?: string | undefined
  misses?: string | undefined
}

export interface ProtocolModel {
  /** Folder name of its pages. */
  slug: string
  /** sha256 of the results that it is made of; its first 8 digits stand in links. */
  digest: string
  board: Leaderboard
  /** The claims behind `board.claims`, for the tables to download. */
  claims: Claims[]
  /** What became of claims that a study held against these records; null where none did. */
  verdicts: Verdicts | null
  /** A sentence where more methods have records than are shown; '' else. */
  methodsLeftOut: string
  methods: MethodModel[]
  clips: ClipsModel
  /** Scores by class of clips, as whoever builds the site knows them; null where they do not, or clips have no class. */
  classes: ClassesModel | null
  /** A few clips for the front page; null where there are no thumbnails. Known when these are made. */
  strip: FrontStrip | null
  /** Origin (`https://host`) of videos that lie elsewhere; null where they lie here. */
  mediaOrigin: string | null
  /** Bytes of the tables of values by clip and frame, where they are too large to be published with the pages; null else. */
  tablesLeftOut: number | null
  /** Clips of which is known what happens in them. */
  probedClips: { clip: string; href: string; probe: ProbeModel }[]
  /** A page a clip and driver, of data sets in which it is known what happens. */
  pairPages: PairPageModel[]
  /** Values of all methods over clips, one chart a metric and recipe. */
  distributions: Chart[]
  /** Differences of methods clip by clip, by column. */
  differences: DifferencesModel[]
  /** Score against 1/N with the line to infinitely many clips. */
  nCurves: Chart[]
  downloads: Download[]
}

/** Chart of a column, by the column's key. */
export interface DifferencesModel {
  key: string
  chart: Chart
}

export interface Download {
  label: string
  href: string
  /** What is in it. */
  note: string
}

export interface MethodModel {
  slug: string
  /** Index into the board's rows. */
  row: number
  /** 1 to 12: colour, dash and marker that it has in every chart and player. */
  series: number
  /** What making its clips took; null where nothing beside its record says so. */
  cost: RunCost | null
  distributions: Chart[]
  nCurves: Chart[]
  influence: InfluenceModel[]
  motion: MotionModel[]
  fails: FailsModel
  tableHref: string | null
  recordHref: string
}

/** Which clips move a set metric most when left out. */
export interface InfluenceModel {
  label: string
  decimals: number
  entries: { clip: string; href: string | null; without: number; change: number }[]
}

/** What stands behind a motion score. */
export interface MotionModel {
  label: string
  facts: { name: string; value: string }[]
  skipped: { clip: string; object: string | null; pixels: number; reason: string }[]
}

/** Clips as other pages name them; what lists show of them is in the data files. */
export interface ClipsModel {
  /** Of all clips of the protocol. */
  count: number
  /** All values of clips as CSV, where they are few enough to be published with the pages; null else. */
  csvHref: string | null
}

export interface VideoModel {
  role: 'reference' | 'control' | 'generated'
  name: string
  series: number
  trivial: boolean
  src: string
  /** Its size and when its frames begin; null where the file does not say. */
  facts: VideoFacts | null
  tracks: TracksModel | null
  /** On a page of a pair: with the driver on the left, without on the right. */
  side?: 'with' | 'without' | undefined
}

/** Tracklets of one video: `points[n][2t]`, `[2t + 1]` are x and y of point n in frame t, pixels of a width × height frame. */
export interface TracksModel {
  width: number
  height: number
  points: number[][]
  /** One character a frame, '1' where visible. */
  visible: string[]
}

/** What probes found of a clip, method by method, and its pairs' pages. */
export interface ProbeModel {
  methods: { name: string; series: number; trivial: boolean; words: ProbeWords[] }[]
  pairs: { slug: string; driver: string }[]
}

/** A clip with and without one of its drivers, side by side. */
export interface PairPageModel {
  slug: string
  clip: string
  clipHref: string
  /** In words: "blue rubber cube". */
  driver: string
  frames: number
  videos: VideoModel[]
  methods: { name: string; series: number; trivial: boolean; missing: string | null; words: ProbeWords[] }[]
}
