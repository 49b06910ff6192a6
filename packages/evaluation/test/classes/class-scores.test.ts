import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type ClassDifference, type ClassScore, type ClassScores, readRecord, writeLabels } from '@kinemetric/records'
import { temporaryFolder } from '../../../benchmark/test/temporary-folder.ts'
import { classScores } from '../../src/index.ts'
import { classedResults, type GoldenScore, readClassGolden } from './classed-results.ts'

const golden = await readClassGolden()
const root = await classedResults(await temporaryFolder(), golden)
const [scores] = await classScores(root, { against: 'b' })

const column = ({ columns }: ClassScores, recipe: string) => columns.find((each) => each.recipe.startsWith(recipe))!
const methodOf = (all: ClassScores, recipe: string, id = 'a') =>
  column(all, recipe).methods.find(({ method }) => method === id)!

/** A score as the golden has one, its ends to eight decimals, which is closer than the golden's tolerance asks. */
function plain(found: ClassScore | ClassDifference | null) {
  if (found === null) return null
  const { n, units, interval, reason } = found
  return {
    ...rounded({
      value: ('value' in found ? found.value : found.difference) ?? Number.NaN,
      n,
      units,
      interval: interval && [interval.low, interval.high],
    }),
    reason,
    by: interval && `${interval.method} ${interval.level}`,
  }
}

const digits = (number: number) => Number(number.toFixed(8))

function rounded({ value, n, units, interval }: GoldenScore): GoldenScore {
  return { value: digits(value), n, units, interval: interval && [digits(interval[0]), digits(interval[1])] }
}

function expectAs(found: ClassScore | ClassDifference | null, wanted: GoldenScore | null): void {
  const what = wanted && (wanted.n === wanted.units ? `n = ${wanted.n}` : `${wanted.units} source videos`)
  const sure = wanted?.interval ? { by: 'hall-t 0.95' } : { by: null, reason: `${what}: too few for an interval` }
  expect(plain(found)).toEqual(wanted && { ...rounded(wanted), ...sure })
}

describe('scores by class, beside a computation in Python', () => {
  test('classes are sorted by their clips, and clips without one are counted', () => {
    expect(scores.classes).toEqual([
      { name: 'many', clips: 13 },
      { name: 'pairs', clips: 6 },
      { name: 'five', clips: 5 },
      { name: 'one', clips: 1 },
    ])
    expect(scores).toMatchObject({
      by: 'class',
      clips: 27,
      unlabelled: 2,
      strangers: 0,
      leftOut: { classes: 0, clips: 0 },
    })
  })

  test.each([
    ['frame-mean', 'frame-mean'],
    ['pooled', 'pooled'],
    ['recall', 'weighted'],
  ] as const)('%s: value, n, source videos and interval of each class', (recipe, name) => {
    const own = methodOf(scores, recipe)
    for (const [at, { name: of }] of scores.classes.entries()) expectAs(own.classes[at], golden.expected[of][name])
    expectAs(own.unlabelled, golden.expected[''][name])
    expectAs(own.all, golden.expected.all[name])
  })

  test('differences are of the clips that both have; the method that others are held against stands first and has none', () => {
    const { methods } = column(scores, 'frame-mean')
    expect(methods.map(({ method }) => method)).toEqual(['b', 'a'])
    expect(methods[0].differences).toBeUndefined()
    for (const [at, { name }] of scores.classes.entries())
      expectAs(methods[1].differences![at], golden.expected[name].difference)
    // b has no pooled PSNR to hold it against.
    expect(methodOf(scores, 'pooled').differences).toBeUndefined()
  })
})

test('one class of all clips has the record’s own scores, to the bit', async () => {
  const file = join(root, 'all.csv')
  await writeFile(file, `clip,set\n${golden.clips.map(({ clip }) => `${clip}.mp4,all\n`).join('')}`)
  const [whole] = await classScores(root, { labels: file })
  expect(whole).toMatchObject({
    by: 'set',
    labels: { file: 'all.csv' },
    unlabelled: 0,
    classes: [{ name: 'all', clips: 27 }],
  })
  const { scores: own } = await readRecord(join(root, 'p', 'a.json'))
  for (const { metric, recipe, value, interval, n } of own.filter(({ metric: id }) => id !== 'fid')) {
    const found = whole.columns.find((each) => each.metric === metric && each.recipe === recipe)!
    expect(found.methods[0].classes).toEqual([expect.objectContaining({ value, interval, n })])
    expect(found.methods[0].unlabelled).toBeNull()
  }
})

test('what has no value a clip is refused with its reason, and is an error where it was asked for', async () => {
  expect(scores.refused).toEqual([
    expect.objectContaining({ metric: 'fid', reason: expect.stringContaining('whole set') }),
  ])
  await expect(classScores(root, { metrics: ['fid'] })).rejects.toMatchObject({
    code: 'bad-option',
    where: '--metrics',
  })
})

test('small classes are left out and counted', async () => {
  const [few] = await classScores(root, { minClips: 6, methods: ['b'], metrics: ['psnr'] })
  expect(few.classes.map(({ name }) => name)).toEqual(['many', 'pairs'])
  expect(few).toMatchObject({ leftOut: { classes: 2, clips: 6 }, records: [{ method: 'b' }] })
  expect(few.columns).toHaveLength(1)
})

async function written(name: string, text: string): Promise<string> {
  const path = join(await temporaryFolder(), name)
  await writeFile(path, text)
  return path
}

const classesOf = async (labels: string, by?: string) => (await classScores(root, { labels, by, metrics: ['psnr'] }))[0]

describe('labels of one’s own', () => {
  test('are CSV, JSON Lines or a list as Something-Something has it; numbers are words, clips of nobody are counted', async () => {
    const csv = await written(
      'l.csv',
      '\uFEFFid,template,take\nclip 0,"A, b",1\nclip 1.webm,"A, b",2\nclip 9,C,2\nelse,C,3\n',
    )
    expect(await classesOf(csv)).toMatchObject({
      by: 'template',
      unlabelled: 24,
      strangers: 1,
      classes: [{ name: 'A, b' }, { name: 'C' }],
    })
    expect((await classesOf(csv, 'class')).classes).toHaveLength(2)
    expect((await classesOf(csv, 'take')).classes).toEqual([
      { name: '2', clips: 2 },
      { name: '1', clips: 1 },
    ])
    const lines = await written(
      'l.jsonl',
      '{"clip":"clip 0","kind":"x","objects":["a"]}\n\n{"clip":"clip 1","kind":7}\n',
    )
    expect((await classesOf(lines)).classes.map(({ name }) => name)).toEqual(['7', 'x'])
    const list = await written(
      'validation.json',
      JSON.stringify([{ id: 'clip 3', label: 'a cup', template: '[something]', placeholders: ['cup'] }]),
    )
    expect((await classesOf(list, 'label')).classes).toEqual([{ name: 'a cup', clips: 1 }])
  })

  test.each([
    ['without a clip', 'name,kind\na,b\n', { code: 'invalid' }],
    ['of no clip of these', 'clip,kind\nzzz,b\n', { code: 'bad-option', where: '--labels' }],
    ['of two words for a clip', 'clip,kind\nclip 0,a\nclip 0,b\n', { code: 'invalid' }],
    ['without the column', 'clip,kind\nclip 0,a\n', { code: 'bad-option', where: '--by' }, 'kinds'],
  ] as const)('%s are an error', async (_, text, wanted, by?: string) => {
    await expect(classesOf(await written('l.csv', text), by)).rejects.toMatchObject(wanted)
  })
})

test('labels beside the records group by label too; where there are none it is said how to get them', async () => {
  expect((await classScores(root, { by: 'label' }))[0].classes[0]).toEqual({ name: 'many!', clips: 13 })
  await expect(classScores(root, { by: 'colour' })).rejects.toMatchObject({ code: 'bad-option', where: '--by' })
  const bare = await classedResults(await temporaryFolder(), golden)
  await writeLabels(join(bare, 'p', 'labels.jsonl'), [])
  await expect(classScores(bare)).rejects.toMatchObject({
    code: 'bad-option',
    message: expect.stringContaining('--labels'),
  })
})

test('a score that is not made of its clips’ values is not broken down', async () => {
  const other = await classedResults(await temporaryFolder(), golden)
  const path = join(other, 'p', 'b.json')
  await writeFile(path, (await readFile(path, 'utf8')).replace(/"value": \d+\.\d+/, '"value": 1.5'))
  const [found] = await classScores(other)
  expect(found.refused).toContainEqual(expect.objectContaining({ metric: 'psnr', method: 'b' }))
  expect(column(found, 'frame-mean').methods.map(({ method }) => method)).toEqual(['a'])
})
