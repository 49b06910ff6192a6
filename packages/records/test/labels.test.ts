import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { lockPath, takeLock } from '@kinemetric/files'
import { temporaryFolder } from '../../benchmark/test/temporary-folder.ts'
import { type ClipLabel, labelsPath, mergeLabels, readLabels, writeLabels } from '../src/index.ts'

const given = (labels: readonly ClipLabel[]) => {
  const byClip = new Map(labels.map((label) => [label.clip, label]))
  return { ids: [...byClip.keys()], of: (clip: string) => byClip.get(clip) }
}

async function labelsOf(path: string): Promise<ClipLabel[]> {
  const found: ClipLabel[] = []
  await readLabels(path, (label) => found.push(label))
  return found
}

const first = [
  { clip: 'b', label: 'Pushing a cup', class: 'Pushing something', objects: ['cup', 'cup', 'hand'] },
  { clip: 'ä', label: 'a "quoted" <b>label</b>\nin two lines' },
  { clip: 'a' },
]
const second = [
  { clip: 'c', class: 'Pulling something' },
  { clip: 'b', label: 'Pushing a mug', class: '', objects: [] },
]

test('labels of several sets of clips stand together by clip, the latest word of each clip counts, and what it does not say stays', async () => {
  const path = labelsPath(join(await temporaryFolder(), 'new', 'folder'))
  await mergeLabels(path, given(first))
  expect(await labelsOf(path)).toEqual([{ ...first[0], objects: ['cup', 'hand'] }, first[1]])
  await mergeLabels(path, given(second))
  expect(await labelsOf(path)).toEqual([
    { clip: 'b', label: 'Pushing a mug', class: 'Pushing something', objects: ['cup', 'hand'] },
    { clip: 'c', class: 'Pulling something' },
    first[1],
  ])
})

test('the same labels are the same bytes whatever order they came in, and nothing is written where nothing changes', async () => {
  const folder = await temporaryFolder()
  const labels = Array.from({ length: 300 }, (_, at): ClipLabel => ({ clip: `clip ${(at * 7) % 300}`, label: `${at}` }))
  const paths = ['whole', 'parts'].map((name) => labelsPath(join(folder, name)))
  await mergeLabels(paths[0], given(labels))
  for (const part of [labels.slice(200), labels.slice(0, 120), labels.slice(100, 210)])
    await mergeLabels(paths[1], given(part))
  expect(await readFile(paths[1], 'utf8')).toBe(await readFile(paths[0], 'utf8'))
  const before = await stat(paths[0])
  await mergeLabels(paths[0], given(labels.slice(0, 5)))
  expect((await stat(paths[0])).ino).toBe(before.ino)
})

test('clips of which nothing is said leave no file', async () => {
  const path = labelsPath(await temporaryFolder())
  await mergeLabels(path, given([{ clip: 'a' }, { clip: 'b', label: '', objects: [] }]))
  await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('of a clip that stands twice in a file the last line counts, and lines that are none are passed over', async () => {
  const path = labelsPath(await temporaryFolder())
  await writeFile(path, '{"clip":"a","label":"one"}\nnonsense\n[]\n{"clip":7}\n{"clip":"a","label":"two"}')
  await mergeLabels(path, given([{ clip: 'b', label: 'three' }]))
  expect(await labelsOf(path)).toEqual([
    { clip: 'a', label: 'two' },
    { clip: 'b', label: 'three' },
  ])
})

test('what many bring at once is all there, and whoever holds the file is waited for', async () => {
  const folder = await temporaryFolder()
  const path = labelsPath(folder)
  await mkdir(folder, { recursive: true })
  const release = await takeLock(lockPath(path))
  let done = false
  const merging = Array.from({ length: 4 }, (_, at) => mergeLabels(path, given([{ clip: `${at}`, label: 'x' }])))
  const all = Promise.all(merging).then(() => (done = true))
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(done).toBe(false)
  await release()
  await all
  expect((await labelsOf(path)).map(({ clip }) => clip)).toEqual(['0', '1', '2', '3'])
})

test('labels are written as they are given, a line each', async () => {
  const path = labelsPath(await temporaryFolder())
  await writeLabels(path, first)
  expect(await labelsOf(path)).toEqual(first)
})
