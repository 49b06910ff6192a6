import { cp, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseShard } from '@kinemetric/benchmark'
import { describe, expect, test } from 'vitest'
import { smallProtocol } from '../../benchmark/test/small-benchmark.ts'
import { preparedBenchmark, writeMethod } from './prepared-benchmark.ts'
import { summed } from './summed.ts'
import {
  type EvaluateMethodsOptions,
  evaluateMethods,
  type EvaluateProgress,
  measureShard,
  mergeShards,
  shardsStatus,
} from '../src/index.ts'

process.env.KINEMETRIC_COMMIT = 'test'
const ids = Array.from({ length: 7 }, (_, index) => `clip-${index}`)
const { root, manifest } = await preparedBenchmark(ids)
// Of the names that begin alike none is taken for the other's.
const methods = ['plain', 'plain.1-of-3']
for (const [index, id] of methods.entries()) await writeMethod(join(root, id), ids, { shift: 0.2 + index })

const options = (out: string, more: Partial<EvaluateMethodsOptions> = {}): EvaluateMethodsOptions => ({
  reference: { manifest },
  protocol: smallProtocol,
  metrics: ['psnr', 'motion-fidelity'],
  tracker: 'lucas-kanade',
  unrelated: 1,
  cache: false,
  out: join(root, out),
  methods: methods.map((id) => ({ generated: join(root, id), method: { id } })),
  ...more,
})
const shard = (out: string, text: string, more: Partial<EvaluateMethodsOptions> = {}) =>
  measureShard({ ...options(out, more), shard: parseShard(text) })
const total = (of: readonly { measured: number }[]) => of.reduce((sum, { measured }) => sum + measured, 0)

async function records(out: string): Promise<Record<string, string>> {
  const folder = join(root, out, 'small-48x64')
  const names = (await readdir(folder)).filter((name) =>
    methods.some((id) => new RegExp(`^${id}\\.(json|parquet|hashes\\.jsonl)$`).test(name)),
  )
  return Object.fromEntries(
    await Promise.all(
      names.sort().map(async (name) => [name, (await readFile(join(folder, name))).toString('base64')]),
    ),
  )
}

await evaluateMethods(options('whole'))
const whole = await records('whole')
const journalIn = (out: string, text: string) => join(root, out, 'small-48x64', `plain.${text}.journal.jsonl`)
const passing = async (out: string) => {
  const warnings: string[] = []
  await mergeShards({ folders: [join(root, out)], overwrite: true, onWarning: (message) => warnings.push(message) })
  expect(await records(out)).toEqual(whole)
  return warnings
}

describe('the number of shards is changed half-way, in the same folder', async () => {
  const old = [...(await shard('parts', '1/3')), ...(await shard('parts', '2/3'))]
  const warnings: string[] = []
  const onProgress = (event: EvaluateProgress) => {
    if (event.kind === 'warning') warnings.push(event.message)
  }
  const now = [...(await shard('parts', '1/2', { onProgress })), ...(await shard('parts', '2/2', { onProgress }))]

  test('what was measured is taken over, and said', () => {
    expect(now.reduce((sum, { resumed }) => sum + resumed, 0)).toBe(total(old))
    expect(total(old)).toBeGreaterThan(0)
    expect(total(now)).toBe(2 * 2 * ids.length)
    expect(warnings).toContainEqual(
      expect.stringMatching(/^plain: \d+ of its measurements are from shards of another number \(1\/3, 2\/3\)/),
    )
  })

  test('the shards of the new number are merged, and those of the old one passed over by name', async () => {
    expect(await passing('parts')).toEqual(methods.map((id) => `${id}: all 2 shards are there; passed over: 1/3, 2/3`))
  })

  test('`status` says that the old ones are not needed', async () => {
    const states = await shardsStatus([join(root, 'parts')])
    expect(states.map(({ method, shards, passedOverFor }) => [method, shards.length, passedOverFor])).toEqual(
      expect.arrayContaining(
        methods.flatMap((id) => [
          [id, 2, undefined],
          [id, 3, 2],
        ]),
      ),
    )
  })

  test('where those of both numbers are whole they say the same, or are refused', async () => {
    await shard('parts', '3/3')
    expect(await passing('parts')).toHaveLength(2)
    expect((await shardsStatus([join(root, 'parts')])).map(({ passedOverFor }) => passedOverFor)).toEqual(
      Array.from({ length: 4 }),
    )
    await cp(join(root, 'parts'), join(root, 'unlike'), { recursive: true })
    const text = await readFile(journalIn('unlike', '3-of-3'), 'utf8')
    await writeFile(journalIn('unlike', '3-of-3'), summed(text.replaceAll(/"values":\[(\d+)\./g, '"values":[9$1.')))
    await expect(mergeShards({ folders: [join(root, 'unlike')], overwrite: true })).rejects.toThrow(
      /to be what it is in .*, found other measurements of clip-/,
    )
  })

  test('what is damaged, or of other inputs, is not taken over', async () => {
    await cp(join(root, 'parts'), join(root, 'damaged'), { recursive: true })
    for (const text of ['1-of-2', '2-of-2', '2-of-3', '3-of-3'])
      await writeFile(journalIn('damaged', text), 'nonsense\n')
    const one = journalIn('damaged', '1-of-3')
    await writeFile(one, (await readFile(one, 'utf8')).replace('"provider":"cpu"', '"provider":"cuda"'))
    const found = await shard('damaged', '1/1')
    expect(found.map(({ method, resumed }) => [method, resumed])).toEqual([
      ['plain', 0],
      [methods[1], 2 * ids.length],
    ])
  })
})
