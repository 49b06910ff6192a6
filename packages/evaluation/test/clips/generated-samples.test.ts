import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../../benchmark/test/temporary-folder.ts'
import { findSamples } from '../../src/clips/generated-samples.ts'

const root = await temporaryFolder()
let folders = 0

/** A folder with these files; what is in them does not matter but for `item.json`. */
async function folderOf(...paths: string[]): Promise<string> {
  const folder = join(root, `${folders++}`)
  await mkdir(folder)
  for (const path of paths) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), path.endsWith('item.json') ? '{"status":"ok"}' : '')
  }
  return folder
}

/** The samples of each clip: `name:path`, or the reason of a failure. */
async function found(folder: string, known: readonly string[], only?: number): Promise<Record<string, string[]>> {
  const { byClip } = await findSamples(folder, new Set(known), only)
  return Object.fromEntries(
    Array.from(byClip.names(), (clip) => [
      clip,
      byClip.get(clip)!.map((each) => {
        const what = 'failure' in each ? each.failure.reason : each.path.slice(folder.length + 1)
        return each.sample === undefined ? what : `${each.sample}:${what}`
      }),
    ]),
  )
}

test('samples are found as clip@seed and as clip/seed, videos and folders of frames, in the order of their numbers', async () => {
  const files = ['a@10.mp4', 'a@9.webm', 'b/2.mp4', 'b/11.mp4', 'c@0/f.png', 'c@1/f.png', 'd/7/f.png', 'd/8/f.png']
  expect(await found(await folderOf(...files), ['a', 'b', 'c', 'd'])).toEqual({
    a: ['9:a@9.webm', '10:a@10.mp4'],
    b: ['2:b/2.mp4', '11:b/11.mp4'],
    c: ['0:c@0', '1:c@1'],
    d: ['7:d/7', '8:d/8'],
  })
})

test('the run contract: all samples; one that is not finished is that sample’s failure', async () => {
  const folder = await folderOf('a/s0/f.png', 'a/s0/item.json', 'a/s1/f.png', 'a/s2/f.png', 'a/s2/item.json')
  expect(await found(folder, ['a'])).toEqual({ a: ['0:a/s0', '1:missing-generated', '2:a/s2'] })
  expect(await found(folder, ['a'], 2)).toEqual({ a: ['a/s2'] })
  expect(await found(folder, ['a'], 3)).toEqual({ a: ['missing-generated'] })
})

test('a clip with one sample has no name for it, whatever the layout', async () => {
  const folder = await folderOf('a.mp4', 'b@5.mp4', 'c/5.mp4', 'd/s0/f.png', 'd/s0/item.json', 'e/5/f.png', 'f/f.png')
  expect(await found(folder, ['a', 'b', 'c', 'd', 'e', 'f'])).toEqual({
    a: ['a.mp4'],
    b: ['b@5.mp4'],
    c: ['c/5.mp4'],
    d: ['d/s0'],
    e: ['e/5'],
    f: ['f'],
  })
})

test('the references’ names come first: a clip that is called a@1 is no sample of a', async () => {
  const folder = await folderOf('a.mp4', 'a@1.mp4', 'a@1@0.mp4', 'a@1@1.mp4')
  expect(await found(folder, ['a'])).toEqual({
    a: ['duplicate-generated'],
    'a@1@0': ['a@1@0.mp4'],
    'a@1@1': ['a@1@1.mp4'],
  })
  const named = await folderOf('a.mp4', 'a@1.mp4')
  expect(await found(named, ['a', 'a@1'])).toEqual({ a: ['a.mp4'], 'a@1': ['a@1.mp4'] })
  expect(await found(await folderOf('a@1@0.mp4', 'a@1@1.mp4'), ['a', 'a@1'])).toEqual({
    'a@1': ['0:a@1@0.mp4', '1:a@1@1.mp4'],
  })
})

test('what cannot be told apart is a failure of that clip alone', async () => {
  const folder = await folderOf('a@1.mp4', 'a@01.mp4', 'b/masks/f.png', 'b/frames/f.png', 'c@0.mp4', 'c@1.mp4', 'c.mp4')
  expect(await found(folder, ['a', 'b', 'c'])).toEqual({
    a: ['duplicate-generated'],
    b: ['duplicate-generated'],
    c: ['duplicate-generated'],
  })
})

test('names that are no reference’s and no sample’s are passed on, to be told', async () => {
  const folder = await folderOf('extra.mp4', 'b@1.mp4', 'a@one.mp4', 'a.mp4')
  expect(Object.keys(await found(folder, ['a'])).toSorted()).toEqual(['a', 'a@one', 'b@1', 'extra'])
})

test('whatever the seeds are, each sample of each clip is found once', async () => {
  const seeds = fc.uniqueArray(fc.maxSafeNat(), { minLength: 2, maxLength: 5 })
  const layout = fc.constantFrom('at', 'nested', 's')
  await fc.assert(
    fc.asyncProperty(seeds, layout, async (numbers, kind) => {
      const file = {
        at: (n: number) => `x@${n}.mp4`,
        nested: (n: number) => `x/${n}.mp4`,
        s: (n: number) => `x/s${n}/f.png`,
      }
      const paths = numbers.flatMap((n) => (kind === 's' ? [file.s(n), `x/s${n}/item.json`] : [file[kind](n)]))
      const { x } = await found(await folderOf(...paths), ['x'])
      expect(x.map((each) => Number(each.split(':')[0]))).toEqual(numbers.toSorted((a, b) => a - b))
    }),
    { seed: 4, numRuns: 25 },
  )
})
