import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { classScoresSchema } from '@kinemetric/records'
import { temporaryFolder } from '../../benchmark/test/temporary-folder.ts'
import { classedResults, readClassGolden } from '../../evaluation/test/classes/classed-results.ts'
import { kinemetric } from './kinemetric.ts'

const folder = await temporaryFolder()
const golden = await readClassGolden()
const results = await classedResults(join(folder, 'results'), golden)
const table = async (...options: string[]) => kinemetric(['table', results, ...options])

test('a table by class has a row a class with n and interval, all clips below, and says what is not in it', async () => {
  const { stdout, code } = await table('--by', 'class', '--metrics', 'psnr', '--against', 'b')
  expect(code).toBe(0)
  expect(stdout).toContain('p (version 1) by class')
  const { value, interval } = golden.expected.many['frame-mean']!
  const shown = `${value.toFixed(2)} [${interval!.map((end) => end.toFixed(2)).join(', ')}]`
  expect(stdout).toMatch(new RegExp(`^many +13 .*${shown.replace(/[[\].]/g, '\\$&')}`, 'm'))
  expect(stdout).toMatch(/^no class +2 /m)
  expect(stdout).toMatch(/^all clips +27 /m)
  expect(stdout).toMatch(/^one +1 +[\d.]+ \(\w\)/m)
  for (const sentence of [
    'n = 1: too few for an interval',
    '3 source videos: too few',
    '2 of 27 clips have no class',
    'not corrected',
    '− b',
  ])
    expect(stdout.replaceAll('\n', ' ')).toContain(sentence)
})

test.each(['terminal', 'markdown', 'latex'])('as %s; what cannot be broken down is said', async (format) => {
  const { stdout, code } = await table('--by', 'label', '--format', format, '--sort', 'psnr')
  expect(code).toBe(0)
  expect(stdout).toContain('many')
  expect(stdout.replaceAll('\n', ' ')).toContain('Not broken down: fid')
})

test('as CSV with a line a class, method and metric', async () => {
  const { stdout } = await table('--by', 'label', '--format', 'csv')
  const [head, ...lines] = stdout.trimEnd().split('\r\n')
  expect(head).toMatch(/^protocol,protocol_version,by,kind,class,class_clips,method/)
  // a has three metrics, b one: four classes, clips without one, all.
  expect(lines).toHaveLength(4 * 6)
})

test('as JSON by its schema', async () => {
  const { schema, protocols } = JSON.parse((await table('--by', 'label', '--json')).stdout)
  expect(schema).toBe('kinemetric/class-table@1')
  const { columns, refused } = classScoresSchema.parse(protocols[0])
  expect(refused).toEqual([expect.objectContaining({ metric: 'fid' })])
  expect(columns.map(({ methods }) => methods[0].classes.length)).toEqual([4, 4, 4])
})

async function sorted(sort: string): Promise<{ names: string[]; values: number[] }> {
  const { stdout } = await table('--by', 'class', '--methods', 'b', '--json', '--sort', sort)
  const { classes, columns } = classScoresSchema.parse(JSON.parse(stdout).protocols[0])
  const values = columns[0].methods[0].classes.map((each) => each?.value ?? Number.NaN)
  return { names: classes.map(({ name }) => name), values }
}

test('classes are sorted by name or by a metric, the best first', async () => {
  expect((await sorted('class')).names).toEqual(['five', 'many', 'one', 'pairs'])
  const { values } = await sorted('psnr')
  expect(values).toEqual(values.toSorted((a, b) => b - a))
})

test('slips are errors that say what was meant', async () => {
  const labels = join(folder, 'l.csv')
  await writeFile(labels, 'clip,kind\nnobody,x\n')
  for (const [options, said] of [
    [['--by', 'class', '--metrics', 'fid'], 'whole set of clips'],
    [['--labels', labels], 'clips of other names only (nobody)'],
    [['--labels', labels, '--by', 'kint'], 'did you mean kind?'],
    [['--by', 'class', '--sort', 'psnrr'], 'clips, class, psnr'],
    [['--against', 'b'], '--by <what>'],
  ] as const) {
    const { stderr, code } = await table(...options)
    expect(stderr).toContain(said)
    expect(code).toBe(2)
  }
})

const compare = (...options: string[]) => kinemetric(['compare', results, '--by', 'class', '--quiet', ...options])

test('comparisons by class say what they are corrected for', async () => {
  const { stdout, code } = await compare('--metrics', 'psnr')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^one +1 +Method a − Method b .* too few clips to separate$/m)
  expect(stdout.replaceAll('\n', ' ')).toContain(
    'p after Holm over all 4 comparisons of this metric, of all classes together',
  )
  const { stdout: json } = await compare('--metrics', 'psnr', '--json')
  expect(JSON.parse(json)).toMatchObject([
    { schema: 'kinemetric/class-comparisons@1', columns: [{ comparisons: 4 }, { comparisons: 0 }] },
  ])
  expect((await compare('--family', 'table')).stderr).toContain('all classes of a metric are one family')
})
