import { mkdir, readdir, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hasShared, sharedPath } from '../../../../../test/shared.ts'
import { probeVideos } from '../../../src/datasets/ssv2/videos/probe-videos.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

const root = await temporaryFolder()

describe.skipIf(!hasShared('data', 'ssv2-mini'))('what videos are found to be', () => {
  const short = sharedPath('data', 'ssv2-mini', 'synthetic-videos', '900003.webm')

  /** A folder of links to one short video, under ids from 1. */
  async function links(name: string, count: number): Promise<Map<string, string>> {
    const folder = join(root, name)
    await mkdir(folder)
    const paths = new Map<string, string>()
    for (let id = 1; id <= count; id++) {
      const path = join(folder, `${id}.webm`)
      await symlink(short, path)
      paths.set(String(id), path)
    }
    return paths
  }

  test('several processes find what one does, and what they found is remembered until a file changes', async () => {
    const paths = await links('several', 34)
    const folder = join(root, 'several')
    await writeFile(join(folder, '35.webm'), 'no video')
    paths.set('35', join(folder, '35.webm'))
    const cache = join(root, 'cache')
    const progress: number[] = []
    const found = await probeVideos(folder, paths, { cache, jobs: 2, onProgress: (done) => progress.push(done) })
    expect(found.size).toBe(35)
    expect(found.get('1')).toEqual({ height: 240, width: 427, fps: 12, frames: 20 })
    expect(found.get('35')).toMatchObject({ unreadable: /35\.webm: expected/, lasting: true })
    expect(progress).toHaveLength(35)
    const alone = await probeVideos(folder, paths, { jobs: 1 })
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(alone))
    const asked: number[] = []
    const again = { cache, onProgress: (done: number) => asked.push(done) }
    expect(await probeVideos(folder, paths, again)).toEqual(new Map([...paths.keys()].map((id) => [id, found.get(id)])))
    expect(asked).toEqual([])
    await utimes(join(folder, '35.webm'), 1, 1)
    await probeVideos(folder, paths, again)
    expect(asked).toEqual([35])
  })

  test('what two that look at different videos of a folder find is remembered of both', async () => {
    const paths = [...(await links('beside', 20))]
    const [folder, cache] = [join(root, 'beside'), join(root, 'beside-cache')]
    const parts = [paths.slice(0, 1), paths.slice(1)]
    await Promise.all(parts.map((part) => probeVideos(folder, new Map(part), { cache, jobs: 1 })))
    const asked: number[] = []
    await probeVideos(folder, new Map(paths), { cache, onProgress: (done) => asked.push(done) })
    expect(asked).toEqual([])
  })

  test('in a hurry containers are asked alone, where decoding would take long, and that is not remembered', async () => {
    const paths = await links('hurry', 101)
    const cache = join(root, 'hurried')
    const found = await probeVideos(join(root, 'hurry'), paths, { cache, jobs: 1, hurry: true })
    expect(found.get('101')).toEqual({
      height: 240,
      width: 427,
      fps: expect.closeTo(12, 3),
      frames: 20,
      undecoded: true,
    })
    expect([...found.values()].every((each) => 'undecoded' in each)).toBe(true)
    await expect(readdir(cache)).rejects.toThrow('ENOENT')
  })

  test('it stops where it is told to', async () => {
    const paths = await links('stopped', 40)
    const stop = new AbortController()
    const probing = probeVideos(join(root, 'stopped'), paths, {
      jobs: 2,
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('enough')),
    })
    await expect(probing).rejects.toThrow('enough')
  })
})
