import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { saveFeatures, type SaveFeaturesOptions } from '../../src/index.ts'
import { clipNames, failing, featureClips, taskProcesses } from './feature-clips.ts'

const { root, cache, options } = await featureClips()
const save = (out: string, more: Partial<SaveFeaturesOptions> = {}, statistics = false) =>
  saveFeatures({ ...options(more), place: { out: join(root, out), statistics } })
const bytes = (name: string) => readFile(join(root, name))

await save('plain.npz')

describe('features in several processes', () => {
  test.each(process.env.KINEMETRIC_FULL === '1' ? [1, 2, 3] : [2])(
    'the matrix has the same bytes, without a cache; jobs: %i',
    async (jobs) => {
      const seen: string[] = []
      const saved = await save(`jobs-${jobs}.npz`, {
        jobs,
        onProgress: ({ done, total, clip, failure }) =>
          seen.push(`${done}/${total} ${clip}${failure === undefined ? '' : ` ${failure.reason}`}`),
      })
      expect(await bytes(`jobs-${jobs}.npz`)).toEqual(await bytes('plain.npz'))
      // Single clips that fail are named, in their order, and the rest is kept.
      expect(seen).toEqual(['1/6 a', '2/6 b not-a-video', '3/6 c', '4/6 d', '5/6 e metric-failed', '6/6 f'])
      expect(saved.failures.map(({ clip }) => clip)).toEqual(failing)
      expect(saved.clips.map(({ id }) => id)).toEqual(clipNames.filter((name) => name !== 'b' && name !== 'e'))
      expect(saved.origin).toMatchObject({ clips: 4, failed: 2, unverified: true })
      expect(await taskProcesses()).toEqual([])
    },
  )

  test('.npy and statistics too; what the caches of the processes did is added up', async () => {
    const counted = cache()
    await save('one.npy', { jobs: 2, cache: counted })
    expect(counted.counters.reference).toEqual({ hits: 0, misses: 5, rejected: 0, networkRuns: 4 })
    const again = cache()
    await save('one.npz', { jobs: 2, cache: again }, true)
    expect(again.counters.reference).toEqual({ hits: 4, misses: 1, rejected: 0, networkRuns: 0 })
    await save('two.npy', { cache: cache() })
    await save('two.npz', { cache: cache() }, true)
    for (const ending of ['npy', 'npz']) expect(await bytes(`one.${ending}`)).toEqual(await bytes(`two.${ending}`))
  })

  test.runIf(process.platform === 'linux')('a process that dies is told, and no half matrix is left', async () => {
    const dying = save('dying.npz', {
      jobs: 2,
      onProgress: ({ done }) => {
        if (done === 1) void taskProcesses().then((pids) => pids.forEach((pid) => process.kill(pid, 'SIGKILL')))
      },
    })
    await expect(dying).rejects.toMatchObject({
      code: 'process-failed',
      message: 'openExtractWorker: expected a worker process to answer, found its death of SIGKILL',
    })
    expect((await readdir(root)).filter((name) => name.includes('dying'))).toEqual([])
    expect(await taskProcesses()).toEqual([])
  })

  test('stopped: the reason is the signal’s, nothing is left, no process either', async () => {
    const controller = new AbortController()
    const stopping = save('stopped.npz', {
      jobs: 2,
      signal: controller.signal,
      onProgress: ({ done }) => {
        if (done === 2) controller.abort(new Error('enough'))
      },
    })
    await expect(stopping).rejects.toThrow('enough')
    expect((await readdir(root)).filter((name) => name.includes('stopped'))).toEqual([])
    expect(await taskProcesses()).toEqual([])
  })

  test('no number of processes below one', async () => {
    await expect(save('none.npz', { jobs: 0 })).rejects.toMatchObject({ code: 'bad-option' })
  })
})
