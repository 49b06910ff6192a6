import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { classScoresPath, mergeLabels, readClassScores } from '@kinemetric/records'
import { temporaryFolder } from '../../../benchmark/test/temporary-folder.ts'
import { classScores, FeatureCache, verifyResults } from '../../src/index.ts'
import { classedResults, readClassGolden } from './classed-results.ts'

const golden = await readClassGolden()
const store = new FeatureCache(undefined, undefined, () => undefined)
let root: string
const file = 'p/class-scores.json'

/** What is wrong, or could not be checked, of the scores by class. */
async function found() {
  const { wrong, unchecked } = await verifyResults(root, { store })
  const own = (list: typeof wrong) => list.filter((each) => each.file === file).map(({ what }) => what)
  return { wrong: own(wrong), unchecked: own(unchecked) }
}

beforeEach(async () => {
  root = await classedResults(await temporaryFolder(), golden)
  await classScores(root, { keep: true, against: 'b', minClips: 2 })
})

test('what is kept is what was found, and is made anew to the bit', async () => {
  const [again] = await classScores(root, { against: 'b', minClips: 2 })
  expect(await readClassScores(classScoresPath(root, 'p'))).toEqual(again)
  expect(await found()).toEqual({ wrong: [], unchecked: [] })
})

test('of some methods and metrics they are verified too', async () => {
  await classScores(root, { keep: true, methods: ['a'], metrics: ['force-propagation'], by: 'label' })
  expect(await found()).toEqual({ wrong: [], unchecked: [] })
})

test.each([
  ['a value', /"value": (\d+)/],
  ['an end of an interval', /"high": (\d+)/],
  ['a difference', /"difference": (\d+)/],
  ['clips of a class', /"clips": 1(3)\b/],
])('%s that was changed is found', async (_, place) => {
  const path = join(root, file)
  const text = await readFile(path, 'utf8')
  const at = place.exec(text)!
  const digit = at.index + at[0].lastIndexOf(at[1])
  await writeFile(
    path,
    `${text.slice(0, digit)}${text[digit] === '9' ? 8 : Number(text[digit]) + 1}${text.slice(digit + 1)}`,
  )
  expect((await found()).wrong).toContain('scores by class')
})

test('of records that changed meanwhile, or of other labels, they are not those', async () => {
  await mergeLabels(join(root, 'p', 'labels.jsonl'), { ids: ['clip 0'], of: (clip) => ({ clip, class: 'other' }) })
  expect(await found()).toEqual({ wrong: [], unchecked: ['scores by class'] })
  const hashes = join(root, 'p', 'b.hashes.jsonl')
  await writeFile(hashes, `${await readFile(hashes, 'utf8')}\n`)
  expect((await found()).wrong).toEqual(['files of b'])
})
