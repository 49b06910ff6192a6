import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { compareResults, evaluate, type EvaluateOptions, FeatureCache, verifyResults } from '@kinemetric/evaluation'
import { distance, findDistance, formatNpz, signature } from '@kinemetric/metrics'
import { writeLossless } from '@kinemetric/video'
import { describe, expect, test } from 'vitest'
import { pattern } from '../../../benchmark/test/small-benchmark.ts'
import { temporaryFolder } from '../../../benchmark/test/temporary-folder.ts'
import { randomFeatures } from '../../../metrics/test/features/formula-features.ts'
import { namesNpy } from '../../../metrics/test/interchange/names-npy.ts'

const root = await temporaryFolder()
const clips = Array.from({ length: 10 }, (_, i) => `clip-${i}`)
for (const [side, phase] of [
  ['references', 0],
  ['near', 0.2],
  ['far', 0.5],
] as const) {
  await mkdir(join(root, side))
  for (const [index, clip] of clips.entries())
    await writeLossless(join(root, side, `${clip}.mkv`), {
      pixels: pattern({ frames: 2, phase: index + phase }),
      fps: 6,
    })
}

const dimension = 4
const rowsOf = {
  references: randomFeatures(1, 10, dimension),
  near: randomFeatures(2, 10, dimension),
  far: randomFeatures(3, 10, dimension, 2),
}

/** Writes a file of rows. @param said strings that it says of its encoder */
async function rowsFile(
  name: string,
  data: Float64Array,
  names: readonly string[] | null = clips,
  said: Record<string, string> = {},
): Promise<string> {
  const path = join(root, `${name}.npz`)
  const texts = Object.fromEntries(Object.entries(said).map(([entry, text]) => [entry, { text }]))
  const npz = formatNpz({ features: { data, shape: [data.length / dimension, dimension] }, ...texts })
  await writeFile(path, names === null ? npz : namesNpy(npz, 'clips', names))
  return path
}

const said = { encoder: 'dino-x', preprocessing: 'crop-224', digest: 'abc' }
const files = {
  references: await rowsFile('references', rowsOf.references.data, clips, said),
  near: await rowsFile('near', rowsOf.near.data, clips, said),
  far: await rowsFile('far', rowsOf.far.data, clips, said),
}
const cache = join(root, 'cache')
const store = new FeatureCache(cache, undefined, () => undefined)

const options = (method: 'near' | 'far', more: Partial<EvaluateOptions> = {}): EvaluateOptions => ({
  reference: { folder: join(root, 'references') },
  generated: join(root, method),
  out: join(root, 'results'),
  metrics: ['fd', 'kd', 'precision:clovaai/of-dino-x'],
  features: [{ name: 'dino-x', generated: files[method], reference: files.references }],
  cache,
  jobs: 1,
  ...more,
})
const near = await evaluate(options('near'))
const far = await evaluate(options('far'))

describe('rows of an encoder of one’s own', () => {
  test('make the scores that distance makes of them, signed with the encoder', async () => {
    const { scores } = near.record
    expect(scores.map(({ metric, recipe }) => `${metric}:${recipe}`)).toEqual([
      'fd:usual/of-dino-x',
      'kd:full/of-dino-x',
      'precision:clovaai/of-dino-x',
    ])
    const sides = [rowsOf.near, rowsOf.references].map((rows) => ({
      data: { ...rows, data: Float32Array.from(rows.data) },
    }))
    const metrics = ['fd', 'kd'].map((id) => ({ metric: findDistance(id) }))
    const alone = await distance(sides[0], sides[1], { metrics, interval: false, floor: false, extrapolation: false })
    expect(scores.slice(0, 2).map(({ value }) => value)).toEqual(alone.map(({ value }) => value))
    const [{ signature: signed, label }] = scores
    expect(signed).toMatch(
      /^fd\|recipe:usual\/of-dino-x\|encoder:dino-x\|.*\|preprocessing:crop-224\|.*\|weights:[0-9a-f]{12}\|v:1$/,
    )
    expect(label?.group).toBe('distribution')
    expect(far.record.scores[0].signature).toBe(signed)
  })

  test('are compared and verified as a network’s are', async () => {
    const [{ columns }] = await compareResults(join(root, 'results'), { cache, metrics: ['fd'], draws: 99 })
    expect(columns.map(({ metric, pairs }) => [metric, pairs.length])).toEqual([['fd', 1]])
    const { wrong, held } = await verifyResults(join(root, 'results'), { store })
    expect(wrong).toEqual([])
    expect(held).toBeGreaterThan(20)
  })

  test('without a list of metrics fd and kd join those of the protocol', async () => {
    const { record } = await evaluate(options('near', { metrics: 'all', out: join(root, 'usual') }))
    const ids = record.scores.map(({ metric }) => metric)
    expect(ids).toEqual(expect.arrayContaining(['psnr', 'fd', 'kd']))
  })

  test('without names are those of the clips in their order, and the record says so', async () => {
    const features = [
      {
        name: 'dino-x',
        generated: await rowsFile('unnamed-near', rowsOf.near.data, null),
        reference: await rowsFile('unnamed-references', rowsOf.references.data, null),
      },
    ]
    const { record } = await evaluate(options('near', { features, out: join(root, 'unnamed') }))
    expect(record.scores[0].value).toBe(near.record.scores[0].value)
    expect((record.warnings ?? []).join(' ')).toContain('name no clips: they were taken in the order of the clips')
    // Another digest: of rows that do not say their encoder's, the reference's own.
    expect(record.scores[0].signature).not.toBe(near.record.scores[0].signature)
  })

  test('too few for a metric have no value, and a reason', async () => {
    const { record } = await evaluate(
      options('near', { metrics: ['precision'], settings: ['precision.k=10'], out: join(root, 'few') }),
    )
    expect(record.scores[0]).toMatchObject({ value: null, recipe: 'clovaai+k-10/of-dino-x' })
    expect(record.scores[0].warnings?.[0]).toContain('expected at least 11 rows of features, found 10')
  })
})

const bad = (generated: string, more: Partial<EvaluateOptions> = {}) =>
  evaluate(
    options('near', {
      features: [{ name: 'dino-x', generated, reference: files.references }],
      out: join(root, 'bad'),
      ...more,
    }),
  )
const renamed = (name: string) => clips.map((clip, at) => (at === 9 ? name : clip))

describe('are refused, by name,', () => {
  const data = rowsOf.near.data

  test.each([
    ['a clip twice', () => rowsFile('twice', data, renamed('clip-0'), said), 'clip-0 again at row 9'],
    [
      'rows of no clip',
      () => rowsFile('strange', Float64Array.of(...data, 1, 2, 3, 4), [...clips, 'nobody'], said),
      'rows of nobody',
    ],
    ['clips without rows', () => rowsFile('lacking', data, renamed('nobody'), said), 'found none of clip-9'],
    ['constant rows', () => rowsFile('constant', new Float64Array(40).fill(0.5), clips, said), '10 times the same row'],
    ['NaN', () => rowsFile('nan', data.with(5, Number.NaN), clips, said), 'found NaN at row 1, column 1'],
    ['another encoder', () => rowsFile('other', data, clips, { ...said, encoder: 'dino-y' }), 'found those of dino-y'],
    [
      'other weights',
      () => rowsFile('weights', data, clips, { ...said, digest: 'def' }),
      'digest abc, found digest def',
    ],
    [
      'another preprocessing',
      () => rowsFile('crop', data, clips, { ...said, preprocessing: 'squash' }),
      'found preprocessing squash',
    ],
    [
      'rows without names that are not as many as clips',
      () => rowsFile('short', data.slice(0, 20), null),
      'found 5 rows without names',
    ],
  ])('%s', async (_, file, message) => {
    await expect(bad(await file())).rejects.toThrow(message)
  })

  test('metrics of rows that are not given, and rows that no metric is of', async () => {
    await expect(bad(files.near, { features: [] })).rejects.toThrow('expected features that fd is of')
    await expect(bad(files.near, { metrics: ['psnr'] })).rejects.toThrow(
      'expected a metric that takes features of dino-x',
    )
    await expect(bad(files.near, { metrics: ['fd:usual/of-dino-z'] })).rejects.toThrow(
      'found dino-z; did you mean dino-x?',
    )
    expect(signature(findDistance('fd'), 'usual/of-dino-z')).toContain('|encoder:dino-z|')
  })
})
