// Made-up records for the report's own tests: plausible in shape, meaningless in content. Never results.
import type {
  Claims,
  ComparedColumn,
  ComparedPair,
  Comparisons,
  KinemetricRecord,
  MetricLabel,
  Score,
  TableRow,
} from '@kinemetric/records'

export const sha = (digit: string): string => digit.repeat(64)

export interface FixtureScore {
  metric: string
  value: number | null
  recipe?: string
  half?: number
  unit?: string
  better?: 'higher' | 'lower'
  signature?: string
  warnings?: string[]
  details?: Score['details']
  n?: number
}

const higher = new Set(['psnr', 'ssim', 'motion-fidelity', 'delta'])
const recipes: Record<string, string> = {
  psnr: 'frame-mean',
  ssim: 'gaussian-valid',
  lpips: 'alex',
  fid: 'pytorch-fid',
  kid: 'full-sample',
  fvd: 'stylegan-v',
  kvd: 'full-sample',
  'motion-fidelity': 'interdyn/tracker:lucas-kanade',
}

/** As the metrics of the project call themselves; `tapvid-delta` is left out, as in a record from before labels travelled. */
const labels: Record<string, MetricLabel> = {
  ssim: { short: 'SSIM', long: 'Structural similarity', decimals: 3 },
  psnr: { short: 'PSNR', long: 'Peak signal-to-noise ratio', decimals: 2 },
  lpips: { short: 'LPIPS', long: 'Learned perceptual image patch similarity', decimals: 3 },
  fid: { short: 'FID', long: 'Fréchet inception distance', decimals: 2 },
  kid: { short: 'KID', long: 'Kernel inception distance', decimals: 4 },
  fvd: { short: 'FVD', long: 'Fréchet video distance', decimals: 2 },
  kvd: { short: 'KVD', long: 'Kernel video distance', decimals: 2 },
  'motion-fidelity': { short: 'Motion fidelity', long: 'Motion fidelity', decimals: 3 },
}

export function score({ metric, value, half = 0.01, n = 8, ...rest }: FixtureScore): Score {
  const recipe = rest.recipe ?? recipes[metric] ?? 'default'
  return {
    metric,
    recipe,
    value,
    ...(Object.hasOwn(labels, metric) ? { label: labels[metric] } : {}),
    unit: rest.unit ?? (metric === 'psnr' ? 'dB' : ''),
    better: rest.better ?? (higher.has(metric) ? 'higher' : 'lower'),
    n,
    interval:
      value === null
        ? null
        : {
            low: value - half,
            high: value + half,
            level: 0.95,
            method: 'bootstrap-percentile, clips, 1000 resamples, seed 0',
          },
    signature: rest.signature ?? `${metric}|recipe:${recipe}|frames:1-13|size:256x384|v:1`,
    ...(rest.warnings ? { warnings: rest.warnings } : {}),
    ...(rest.details ? { details: rest.details } : {}),
  }
}

export interface FixtureRecord {
  id: string
  name?: string
  trivial?: boolean
  protocol?: string
  scores: FixtureScore[]
  clips?: number
  failures?: KinemetricRecord['failures']
  warnings?: string[]
  reference?: string
  digest?: string
}

export function record(options: FixtureRecord): KinemetricRecord {
  const { id, name = id, trivial = false, protocol = 'interdyn-256x384', clips = 8, failures = [] } = options
  return {
    schema: 'kinemetric/record@1',
    kind: 'measurement',
    protocol: {
      id: protocol,
      version: 1,
      title: protocol === 'interdyn-256x384' ? 'InterDyn, 256×384' : protocol,
      frames: 14,
      excludedFrames: [0],
      size: [256, 384],
      digest: options.digest ?? sha('a'),
    },
    method: { id, name, trivial },
    scores: options.scores.map(score),
    failures,
    clips: { total: clips, scored: clips - failures.length, failed: failures.length, table: `${id}.parquet` },
    ...(options.warnings ? { warnings: options.warnings } : {}),
    provenance: {
      code: { name: 'kinemetric', version: '0.1.0', commit: '3f7b6e1c', dirty: false },
      weights: [{ id: 'lpips-alex', sha256: sha('d'), licence: 'BSD-2-Clause' }],
      frames: { generated: sha('e'), reference: options.reference ?? sha('f') },
      manifest: sha('b'),
      decoder: { name: 'node-av', version: '6.1.1 / FFmpeg 8.1' },
      provider: 'cpu',
      machine: {
        cpu: 'Fixture CPU @ 2.00GHz',
        cores: 2,
        memoryBytes: 24 * 2 ** 30,
        os: 'linux',
        arch: 'x64',
        node: '24.21.0',
        onnxruntime: '1.30.0',
      },
    },
  }
}

export const claim = (
  id: string,
  values: Record<string, number | null>,
  protocol = 'interdyn-256x384',
  name = id,
): Claims => ({
  schema: 'kinemetric/claims@1',
  kind: 'claim',
  method: { id, name },
  protocol,
  source: { title: 'A paper', arxiv: '2412.11785', table: '1' },
  values: Object.entries(values).map(([metric, value]) => ({ metric, value })),
})

/** Four methods with everything a table has to show. */
export function fixtureBoard(): KinemetricRecord[] {
  return [
    record({
      id: 'static',
      name: 'Static (frame 0 repeated)',
      trivial: true,
      scores: [
        { metric: 'psnr', value: 20.1234 },
        { metric: 'lpips', value: 0.2111 },
        { metric: 'motion-fidelity', value: 0.1 },
      ],
    }),
    record({
      id: 'alpha',
      name: 'Alpha & Sons_50%',
      scores: [
        { metric: 'psnr', value: 18.5 },
        { metric: 'lpips', value: 0.3 },
        { metric: 'fvd', value: 120.5, warnings: ['8 clips for 400 dimensions: too few, the value is biased upwards'] },
        { metric: 'motion-fidelity', value: 0.6, recipe: 'interdyn/tracker:cotracker3-offline' },
      ],
    }),
    record({
      id: 'beta',
      name: 'Beta',
      failures: [{ clip: 'c7', reason: 'truncated', message: 'expected 14 frames, found 9 in c7.mp4' }],
      scores: [
        { metric: 'psnr', value: 19.25 },
        { metric: 'lpips', value: 0.25, half: 0.03 },
        { metric: 'fvd', value: 99.25 },
        { metric: 'motion-fidelity', value: 0.55, recipe: 'interdyn/tracker:cotracker3-offline' },
      ],
    }),
    record({
      id: 'gamma',
      name: 'Gamma',
      scores: [
        { metric: 'psnr', value: 17 },
        { metric: 'lpips', value: 0.4, recipe: 'vgg' },
      ],
    }),
  ]
}

export interface FixtureColumn extends Partial<ComparedColumn> {
  metric: string
  /** Ranked methods, best first. */
  values: Record<string, number>
  /** Pairs that are separated, the better one first. */
  separated?: [string, string][]
  /** What holds of every pair that is not. */
  pair?: Partial<ComparedPair>
}

/** A compared column: made-up p-values that fit the separations, ranks and layers that follow from them. */
export function comparedColumn({ metric, values, separated = [], pair, ...rest }: FixtureColumn): ComparedColumn {
  const scored = score({ metric, value: 0, ...(rest.recipe === undefined ? {} : { recipe: rest.recipe }) })
  const names = Object.keys(values)
  const betterThan = (name: string) => separated.filter(([, worse]) => worse === name).map(([better]) => better)
  const layerOf = (name: string): number => 1 + Math.max(0, ...betterThan(name).map(layerOf))
  const pairs = names.flatMap((first, at) =>
    names.slice(at + 1).map((second): ComparedPair => {
      const found = separated.some(([better, worse]) => better === first && worse === second)
      const difference = values[first] - values[second]
      return {
        first,
        second,
        firstValue: values[first],
        secondValue: values[second],
        difference,
        sd: 0.1,
        interval: { low: difference - 0.2, high: difference + 0.2 },
        test: 'sign-flip-exact',
        p: found ? 0.0078 : 0.078,
        pAdjusted: found ? 0.023 : 0.156,
        pAdjustedTable: found ? 0.047 : 0.312,
        smallestP: 0.0078,
        draws: null,
        seed: 0,
        moving: 8,
        larger: 5,
        smaller: 3,
        equal: 0,
        skewed: false,
        verdict: found ? 'first-better' : 'not-separated',
        detectable80: 0.31,
        ...(found ? {} : pair),
      }
    }),
  )
  return {
    metric,
    recipe: scored.recipe,
    signature: scored.signature,
    better: scored.better,
    family: { kind: 'column', comparisons: pairs.length, methods: names },
    alpha: 0.05,
    clips: { common: 8, protocol: 8, otherReference: 0 },
    units: 8,
    pairs,
    ranks: names.map((method) => {
      const layer = layerOf(method)
      const mark = separated.length === 0 || layer > 2 ? 'none' : layer === 1 ? 'bold' : 'underline'
      const worse = separated.filter(([better]) => better === method).length
      const value = values[method]
      return { method, value, rankLow: 1 + betterThan(method).length, rankHigh: names.length - worse, layer, mark }
    }),
    unranked: [],
    ...rest,
  }
}

export function comparisonsOf(columns: readonly ComparedColumn[], protocol = 'interdyn-256x384'): Comparisons {
  return {
    schema: 'kinemetric/comparisons@1',
    protocol: { id: protocol, version: 1, digest: sha('a') },
    records: [],
    alpha: 0.05,
    family: 'column',
    seed: 0,
    draws: 99_999,
    columns: [...columns],
  }
}

/** What the methods of `fixtureBoard` were found to differ by: one pair separated, one column too small, one set metric, one not compared. */
export function fixtureComparisons(): Comparisons {
  return comparisonsOf([
    comparedColumn({
      metric: 'psnr',
      values: { beta: 19.25, alpha: 18.4, gamma: 17 },
      separated: [
        ['beta', 'gamma'],
        ['alpha', 'gamma'],
      ],
      clips: { common: 7, protocol: 8, otherReference: 1 },
      units: 6,
      otherRecipes: [
        { recipe: 'pooled', signature: 's', tau: 1, kept: 3, appears: 0, vanishes: 0, reversed: [] },
        { recipe: 'y-only', signature: 's', tau: 0.3, kept: 2, appears: 0, vanishes: 0, reversed: [['beta', 'alpha']] },
      ],
    }),
    comparedColumn({
      metric: 'lpips',
      values: { beta: 0.25, alpha: 0.3 },
      pair: { verdict: 'cannot-separate', reason: 'n = 5 cannot separate two methods at 5 % (smallest p 0.0625)' },
    }),
    comparedColumn({
      metric: 'fvd',
      values: { beta: 99.25, alpha: 120.5 },
      pair: { test: 'jackknife+exchange', verdict: 'not-resolved', resolution: 14.2 },
    }),
  ])
}

/** Per-frame and per-clip values that look like the real thing. */
export function tableRows(clipIds: readonly string[], metrics: Record<string, number>, seed: number): TableRow[] {
  const rows: TableRow[] = []
  for (const [c, clip] of clipIds.entries()) {
    for (const [metric, centre] of Object.entries(metrics)) {
      const recipe = recipes[metric] ?? 'default'
      const clipOffset = Math.sin((c + 1) * 1.7 + seed) * 0.15 * centre
      if (metric === 'motion-fidelity') {
        rows.push({ clip, frame: -1, metric, recipe, value: Math.min(1, centre + clipOffset) })
        continue
      }
      const sign = metric === 'lpips' ? 1 : -1
      for (let frame = 1; frame < 14; frame++) {
        const drift = sign * (frame / 13) * 0.2 * centre + Math.sin(frame * 0.9 + c + seed) * 0.02 * centre
        rows.push({ clip, frame, metric, recipe, value: centre + clipOffset + drift })
      }
    }
  }
  return rows
}
