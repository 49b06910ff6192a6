import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { parseShard } from '../../benchmark/src/index.ts'
import { smallProtocol } from '../../benchmark/test/small-benchmark.ts'
import { preparedBenchmark, writeMethod } from './prepared-benchmark.ts'
import { evaluateMethods, type EvaluateMethodsOptions, measureShard, mergeShards } from '../src/index.ts'

process.env.KINEMETRIC_COMMIT = 'test'
const ids = Array.from({ length: 6 }, (_, index) => `clip-${index}`)
const { root, manifest } = await preparedBenchmark(ids)
await writeMethod(join(root, 'plain'), ids, { shift: 0.2 })

/** The manifest with those of its clips alone, and with words of a data set: every third has none. */
async function manifestOf(name: string, chosen: (index: number) => boolean, verb: string): Promise<string> {
  const lines = (await readFile(manifest, 'utf8')).trimEnd().split('\n')
  const path = join(dirname(manifest), `${name}.jsonl`)
  const said = lines.flatMap((line, index) => {
    const { objectMasks, ...clip } = JSON.parse(line)
    const label = `${verb} "a <b>cup</b>"`
    const texts = index % 3 === 2 ? {} : index % 3 === 0 ? { label, class: verb } : { label, template: `${verb} [it]` }
    return chosen(index) ? [`${JSON.stringify({ ...clip, ...texts, ...(index === 0 ? { objectMasks } : {}) })}\n`] : []
  })
  await writeFile(path, said.join(''))
  return path
}

const options = (out: string, path: string, more: Partial<EvaluateMethodsOptions> = {}): EvaluateMethodsOptions => ({
  reference: { manifest: path },
  protocol: smallProtocol,
  metrics: ['psnr'],
  cache: false,
  out: join(root, out),
  methods: [{ generated: join(root, 'plain') }],
  ...more,
})
const labels = (out: string) => readFile(join(root, out, 'small-48x64', 'labels.jsonl'), 'utf8')

const all = await manifestOf('all', () => true, 'Pushing')
const label = 'Pushing "a <b>cup</b>"'

test('a record has its clips’ labels beside it: label, class or template, objects, and no line of a clip of which nothing is said', async () => {
  await evaluateMethods(options('whole', all))
  const lines = (await labels('whole')).trimEnd().split('\n')
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { clip: 'clip-0', label, class: 'Pushing', objects: expect.arrayContaining([expect.any(String)]) },
    { clip: 'clip-1', label, class: 'Pushing [it]' },
    { clip: 'clip-3', label, class: 'Pushing' },
    { clip: 'clip-4', label, class: 'Pushing [it]' },
  ])
})

test('shards that were merged leave the same bytes', async () => {
  for (const text of ['1/2', '2/2']) await measureShard({ ...options(`part-${text[0]}`, all), shard: parseShard(text) })
  await mergeShards({ folders: [join(root, 'part-1'), join(root, 'part-2')], out: join(root, 'merged') })
  expect(await labels('merged')).toBe(await labels('whole'))
})

test('another method on other clips of the protocol adds its labels to those that are there', async () => {
  const few = await manifestOf('few', (index) => index < 2, 'Pushing')
  const others = await manifestOf('others', (index) => index === 1 || index > 2, 'Pulling')
  await evaluateMethods(options('both', few))
  await evaluateMethods(options('both', others, { methods: [{ generated: join(root, 'plain'), method: { id: 'b' } }] }))
  const said = (await labels('both')).trimEnd().split('\n')
  expect(said.map((line) => JSON.parse(line)).map((each) => [each.clip, each.class])).toEqual([
    ['clip-0', 'Pushing'],
    ['clip-1', 'Pulling [it]'],
    ['clip-3', 'Pulling'],
    ['clip-4', 'Pulling [it]'],
  ])
})
