import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findMetric, scoreClips, signature } from '@kinemetric/metrics'
import {
  type ClipLabel,
  type KinemetricRecord,
  type Score,
  type TableRow,
  weightRecipe,
  writeLabels,
  writeRecord,
  writeTable,
} from '@kinemetric/records'

/** A clip of `class_scores.py`. */
export interface GoldenClip {
  clip: string
  class: string
  unit: string | null
  weight: number
  psnr: number[]
  other: number[]
  share: number
}

export interface GoldenScore {
  value: number
  n: number
  units: number
  interval: [number, number] | null
}

export interface ClassGolden {
  clips: GoldenClip[]
  expected: Record<string, Record<'frame-mean' | 'pooled' | 'weighted' | 'difference', GoldenScore | null>>
}

export async function readClassGolden(): Promise<ClassGolden> {
  return JSON.parse(await readFile(join(import.meta.dirname, '..', 'goldens', 'class-scores.json'), 'utf8'))
}

/** A metric as a table shows it, with the values of a clip. */
interface Shown {
  metric: string
  recipe: string
  shown: string
  of: (clip: GoldenClip) => number[]
  weighted?: boolean
}

const frameMean = (of: Shown['of']): Shown => ({ metric: 'psnr', recipe: 'frame-mean', shown: 'frame-mean', of })
const pooled: Shown = { metric: 'psnr', recipe: 'pooled', shown: 'pooled', of: ({ psnr }) => psnr }
/** A probe, whose clips count as much as they have objects. */
const probe: Shown = {
  metric: 'force-propagation',
  recipe: 'recall',
  shown: 'recall/tracker:lucas-kanade',
  of: ({ share }) => [share],
  weighted: true,
}

const sha = 'a'.repeat(64)

/** Two methods with the golden's values, and labels of their clips: a has all metrics, b other values of PSNR. @returns the folder of results */
export async function classedResults(root: string, { clips }: ClassGolden): Promise<string> {
  const folder = join(root, 'p')
  await mkdir(folder, { recursive: true })
  await writeMethodOf(folder, 'a', clips, [frameMean(({ psnr }) => psnr), pooled, probe], [setScore()])
  await writeMethodOf(folder, 'b', clips, [frameMean(({ other }) => other)], [])
  const labels = clips.flatMap(({ clip, class: name }): ClipLabel[] =>
    name === '' ? [] : [{ clip, class: name, label: `${name}!` }],
  )
  await writeLabels(join(folder, 'labels.jsonl'), labels)
  return root
}

async function writeMethodOf(
  folder: string,
  id: string,
  clips: readonly GoldenClip[],
  shown: readonly Shown[],
  others: readonly Score[],
) {
  const rows = clips.flatMap((clip) => shown.flatMap((each) => rowsOf(clip, each)))
  await writeTable(join(folder, `${id}.parquet`), rows)
  const hashes = clips.map(({ clip, unit }) => ({
    clip,
    generated: id.repeat(64),
    reference: sha,
    frames: 3,
    ...(unit === null ? {} : { unit }),
  }))
  await writeFile(join(folder, `${id}.hashes.jsonl`), hashes.map((line) => `${JSON.stringify(line)}\n`).join(''))
  const record: KinemetricRecord = {
    schema: 'kinemetric/record@1',
    kind: 'measurement',
    protocol: { id: 'p', version: 1, title: 'P', frames: 3, excludedFrames: [], size: null, digest: sha },
    method: { id, name: `Method ${id}`, trivial: false },
    scores: [...shown.map((each) => scoreOf(clips, each)), ...others],
    failures: [],
    clips: {
      total: clips.length,
      scored: clips.length,
      failed: 0,
      table: `${id}.parquet`,
      hashes: `${id}.hashes.jsonl`,
    },
    provenance: {
      code: { name: 'kinemetric', version: '0', commit: null, dirty: null },
      weights: [],
      frames: { generated: sha, reference: sha },
      manifest: null,
      decoder: { name: 'd', version: '0' },
      provider: 'cpu',
      machine: { cpu: 'c', cores: 1, memoryBytes: 1, os: 'o', arch: 'a', node: '0', onnxruntime: null },
    },
  }
  await writeRecord(join(folder, `${id}.json`), record)
}

function rowsOf(clip: GoldenClip, { metric, recipe, shown, of, weighted = false }: Shown): TableRow[] {
  const values = of(clip)
  const row = (frame: number, value: number): TableRow => ({ clip: clip.clip, frame, metric, recipe: shown, value })
  const own = scoreClips(findMetric(metric), recipe, [Float64Array.from(values)]).value ?? Number.NaN
  const weight = { clip: clip.clip, frame: -1, metric, recipe: weightRecipe(shown), value: clip.weight }
  return [
    ...(values.length === 1 ? [] : values.map((value, frame) => row(frame, value))),
    row(-1, own),
    ...(weighted && clip.weight !== 1 ? [weight] : []),
  ]
}

function scoreOf(clips: readonly GoldenClip[], { metric, recipe, shown, of, weighted = false }: Shown): Score {
  const score = scoreClips(
    findMetric(metric),
    recipe,
    clips.map((clip) => Float64Array.from(of(clip))),
    {
      units: clips.map(({ clip, unit }) => unit ?? clip),
      ...(weighted ? { weights: clips.map(({ weight }) => weight) } : {}),
      extra: shown.includes('/tracker:') ? { tracker: 'lucas-kanade' } : {},
    },
  )
  return { ...score, recipe: shown }
}

function setScore(): Score {
  const metric = findMetric('fid')
  const { label, unit, better, defaultRecipe: recipe } = metric
  return {
    metric: 'fid',
    recipe,
    value: 3,
    label,
    unit,
    better,
    n: 81,
    interval: null,
    signature: signature(metric, recipe),
  }
}
