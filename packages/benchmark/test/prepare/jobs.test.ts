import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hashBytes } from '@kinemetric/files'
import { frameArray } from '@kinemetric/video'
import { beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { type DatasetAdapter, type FrameSource, prepare, type PrepareOptions, videoSource } from '../../src/index.ts'
import { smallProtocol, writeDataset, writePair } from '../small-benchmark.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const root = await temporaryFolder()
const dataset = join(root, 'dataset')
const ids = ['a', 'b', 'bad', 'c', 'd e']
const options = { adapter: 'physics', dataset, protocol: smallProtocol } as const

beforeAll(async () => {
  await writeDataset(dataset, ids)
  await writeFile(join(dataset, 'bad', 'video.mkv'), 'no video')
  await writePair(dataset, 'a')
})

/** Every file of a preparation with its sha256, but what each clip is reused by, which is the same too. */
async function filesOf(folder: string): Promise<Record<string, string>> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return Object.fromEntries(
    await Promise.all(
      paths.sort().map(async (path) => [path.slice(folder.length), hashBytes(await readFile(path))] as const),
    ),
  )
}

async function prepared(name: string, more: Partial<PrepareOptions> = {}) {
  const out = join(root, name)
  const { manifest: _, ...result } = await prepare({ ...options, out, ...more })
  return { result, files: await filesOf(out) }
}

test('any number of processes gives the same bytes, failures and counts', async () => {
  const one = await prepared('one')
  expect(one.result).toMatchObject({ clips: 4, failures: [{ clip: 'bad', reason: 'not-a-video' }] })
  expect(Object.keys(one.files)).toEqual(
    expect.arrayContaining(
      ['control/frame_0005.png', 'reference.mkv'].map((name) => join('/', 'clips', 'a', 'without-driver', name)),
    ),
  )
  const done: string[] = []
  const three = await prepared('three', {
    jobs: 3,
    onProgress: ({ done: number, total, clip, failure }) =>
      done.push(`${number}/${total} ${clip} ${failure?.reason ?? ''}`),
  })
  expect(three).toEqual(one)
  expect(done.map((line) => line.slice(0, 3))).toEqual(['1/5', '2/5', '3/5', '4/5', '5/5'])
  expect(done.filter((line) => line.endsWith('bad not-a-video'))).toHaveLength(1)
})

test('what is there already is kept by processes too, and what is not is made', async () => {
  const first = await prepared('kept', { jobs: 2 })
  await rm(join(root, 'kept', 'clips', 'b'), { recursive: true })
  const again = await prepared('kept', { jobs: 2 })
  expect(again.result.kept).toBe(3)
  expect(again.files).toEqual(first.files)
})

test('a clip whose frames are made in this process is prepared in it, beside the others', async () => {
  const drawn: FrameSource = {
    files: [join(dataset, 'a', 'scene.txt')],
    digest: () => Promise.resolve(hashBytes('drawn')),
    rate: () => Promise.resolve(6),
    read: () => Promise.resolve({ pixels: frameArray(new Uint8Array(6 * 48 * 64 * 3).fill(90), 6, 48, 64), total: 6 }),
  }
  const adapter: DatasetAdapter = {
    id: 'mixed',
    title: 'Mixed',
    options: z.strictObject({}),
    async *clips() {
      yield { id: 'moved', name: 'a', video: videoSource(join(dataset, 'a', 'video.mkv')) }
      yield { id: 'here', name: 'drawn', video: drawn }
      yield { id: 'gone', problem: 'is not there' }
      yield { id: 'moved too', name: 'b', video: videoSource(join(dataset, 'b', 'video.mkv')), label: 'b' }
    },
  }
  const one = await prepared('mixed one', { adapter })
  const two = await prepared('mixed two', { adapter, jobs: 2 })
  expect(one.result).toMatchObject({ clips: 3, failures: [{ clip: 'gone' }] })
  expect(two).toEqual(one)
})

test('an abort ends the processes, keeps what is finished and goes on from there', async () => {
  const controller = new AbortController()
  const out = join(root, 'aborted')
  const stopped = prepare({ ...options, out, jobs: 2, signal: controller.signal, onProgress: () => controller.abort() })
  await expect(stopped).rejects.toMatchObject({ code: 'aborted' })
  const again = await prepared('aborted', { jobs: 2 })
  expect(again.result.kept).toBeGreaterThanOrEqual(1)
  expect(again.files).toEqual((await prepared('not aborted')).files)
})

test.each([0, 1.5, Number.NaN])('%d processes are none', async (jobs) => {
  await expect(prepare({ ...options, out: join(root, 'none'), jobs })).rejects.toMatchObject({ code: 'bad-option' })
})
