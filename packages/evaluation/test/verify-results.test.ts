import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { seededRandom } from '@kinemetric/metrics'
import { beforeEach, describe, expect, test } from 'vitest'
import { smallProtocol } from '../../benchmark/test/small-benchmark.ts'
import { preparedBenchmark, writeMethod } from './prepared-benchmark.ts'
import { compareResults, evaluateMethods, FeatureCache, type Verified, verifyResults } from '../src/index.ts'

const ids = Array.from({ length: 7 }, (_, index) => `clip-${index}`)
const { root, manifest } = await preparedBenchmark(ids)
const methods = ['near', 'far']
for (const [index, id] of methods.entries()) await writeMethod(join(root, id), ids, { shift: 0.2 + index })
const whole = join(root, 'whole')
await evaluateMethods({
  reference: { manifest },
  protocol: smallProtocol,
  metrics: ['psnr', 'ssim', 'motion-fidelity'],
  tracker: 'lucas-kanade',
  cache: false,
  out: whole,
  methods: methods.map((id) => ({ generated: join(root, id), method: { id } })),
})
await compareResults(whole, { cache: false })
const store = new FeatureCache(undefined, undefined, () => undefined)
const copy = join(root, 'copy')
const folder = join(copy, 'small-48x64')

const verify = (pairs = true): Promise<Verified> => verifyResults(copy, { pairs, store })

async function change(name: string, by: (text: string) => string): Promise<void> {
  await writeFile(join(folder, name), by(await readFile(join(folder, name), 'utf8')))
}

beforeEach(async () => {
  await rm(copy, { recursive: true, force: true })
  await cp(whole, copy, { recursive: true })
})

test('what score and compare wrote is made anew to the bit', async () => {
  const { records, held, wrong } = await verify()
  expect(wrong).toEqual([])
  expect(records).toBe(2)
  // Of each method: values of 7 clips by three metrics, and what stands above them.
  expect(held).toBeGreaterThan(2 * 7 * 3)
})

describe('a change is found without the digests of comparisons', () => {
  beforeEach(() => rm(join(folder, 'comparisons.json')))

  test.each([
    ['a value', /"value": (\d+\.\d+)/],
    ['an end of an interval', /"low": (\d+\.\d+)/],
    ['a number of clips', /"n": (\d+)/],
    ['clips that were scored', /"scored": (\d+)/],
    ['a digest of frames', /"generated": "[a-f]*(\d)/],
    ['a setting of a signature', /peak:(\d+)/],
  ])('%s', async (_, place) => {
    await change('near.json', (text) => {
      const found = place.exec(text)!
      const at = found.index + found[0].lastIndexOf(found[1])
      const digit = text[at] === '9' ? '8' : String(Number(text[at]) + 1)
      return text.slice(0, at) + digit + text.slice(at + 1)
    })
    expect((await verify()).wrong.map(({ file }) => file)).toContain('small-48x64/near')
  })

  test.each([
    [
      'an interval that says it is a bootstrap',
      '"method": "hall-t"',
      '"method": "bootstrap-bca, 1000 resamples of 7 clips, seed 0"',
    ],
    ['an interval of no known making', '"method": "hall-t"', '"method": "by hand"'],
    ['a recipe that there is not', '"recipe": "frame-mean"', '"recipe": "frame-best"'],
    ['a unit', '"unit": "dB"', '"unit": "%"'],
    ['a direction', '"better": "higher"', '"better": "lower"'],
    ['a count of frames', /"frames": \d+(?=\s+\})/, '"frames": 1'],
    ['a level of chance', /("unrelated": \{\s+"value": )[^,]+/, '$10.5'],
  ])('%s', async (_, place, other) => {
    await change('near.json', (text) => {
      const changed = text.replace(place, other)
      expect(changed).not.toBe(text)
      return changed
    })
    expect((await verify()).wrong.map(({ file }) => file)).toContain('small-48x64/near')
  })

  test('a line of hashes, and what is no line', async () => {
    await change('far.hashes.jsonl', (text) =>
      text.replace(/"reference":"./, (start) => `${start.slice(0, -1)}${start.endsWith('0') ? '1' : '0'}`),
    )
    expect((await verify()).wrong.map(({ what }) => what)).toContain('frames of the reference side')
    await change('far.hashes.jsonl', (text) => text.replace('\n', '\nnothing\n'))
    expect((await verify()).wrong.map(({ what }) => what)).toContain('line 2 of its hashes')
  })

  test('a space that says nothing', async () => {
    await change('near.json', (text) => text.replace('\n', '\n '))
    expect((await verify()).wrong.map(({ what }) => what)).toEqual(['form'])
  })
})

test('100 single bytes anywhere in the files are each found', async () => {
  const random = seededRandom(7)
  const names = [
    'near.json',
    'near.parquet',
    'near.hashes.jsonl',
    'far.json',
    'far.parquet',
    'far.hashes.jsonl',
    'comparisons.json',
  ]
  const missed: string[] = []
  for (let trial = 0; trial < 100; trial++) {
    const name = names[trial % names.length]
    const path = join(folder, name)
    const bytes = await readFile(path)
    const at = Math.floor(random.next() * bytes.length)
    const changed = Buffer.from(bytes)
    changed[at] ^= 1 << Math.floor(random.next() * 8)
    await writeFile(path, changed)
    if ((await verify()).wrong.length === 0) missed.push(`${name} at ${at}`)
    await writeFile(path, bytes)
  }
  expect(missed).toEqual([])
})

test.each(['bca', 'percentile'] as const)(
  'a bootstrap says its draws, and is made anew of them: %s',
  async (interval) => {
    await evaluateMethods({
      reference: { manifest },
      protocol: smallProtocol,
      metrics: ['psnr', 'psnr:pooled'],
      interval,
      cache: false,
      overwrite: true,
      out: copy,
      methods: [{ generated: join(root, 'near'), method: { id: 'near' } }],
    })
    await rm(join(folder, 'comparisons.json'))
    const { wrong, unchecked } = await verify()
    expect(wrong).toEqual([])
    expect(unchecked.map(({ what }) => what)).not.toContain('interval of psnr:frame-mean')
    await change('near.json', (text) => text.replace(/(resamples of 7 clips, seed )0/, '$11'))
    expect((await verify()).wrong.map(({ what }) => what)).toEqual(['interval of psnr:frame-mean'])
  },
)

test('a table or hashes that are gone, and a folder without any record', async () => {
  await rm(join(folder, 'near.parquet'))
  await rm(join(folder, 'far.hashes.jsonl'))
  const { wrong } = await verify()
  expect(wrong.map(({ file, what }) => `${file} ${what}`)).toEqual(
    expect.arrayContaining(['small-48x64/near table', 'small-48x64/far hashes']),
  )
  await rm(copy, { recursive: true })
  await expect(verify()).rejects.toThrow(/copy/)
})
