import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'

import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { countFrames, probeVideo, readFrames, readImage } from '../src/index.ts'
import { failure } from './failure.ts'
import { hasFfmpeg, temporaryFolder } from './ffmpeg-fixture.ts'

const folder = temporaryFolder()
const at = (name: string): string => join(folder, name)
const server = createServer()
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true })
})

const hasPipes = process.platform !== 'win32' && spawnSync('mkfifo', [at('pipe')]).status === 0

describe.skipIf(!hasPipes)('what is no regular file fails at once, and no decoder sees it', () => {
  beforeAll(async () => {
    const frame = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
      .png()
      .toBuffer()
    await new Promise<void>((resolve) => server.listen(at('socket'), resolve))
    symlinkSync('/dev/zero', at('endless'))
    symlinkSync('pipe', at('link'))
    for (const kind of ['pipe', 'socket', 'endless', 'link', 'directory']) {
      mkdirSync(at(`among-${kind}`))
      writeFileSync(at(`among-${kind}/0.png`), frame)
      if (kind === 'directory') mkdirSync(at('among-directory/1.png'))
      else symlinkSync(at(kind), at(`among-${kind}/1.png`))
    }
  })

  it.each(['pipe', 'socket', 'endless', 'link'])('%s as a video', async (name) => {
    for (const decoder of hasFfmpeg ? (['node-av', 'ffmpeg'] as const) : (['node-av'] as const)) {
      for (const read of [readFrames, countFrames, probeVideo])
        expect(await failure(read(at(name), { decoder }))).toMatchObject({
          code: 'not-readable',
          kind: 'unfit',
          where: at(name),
        })
    }
  })
  it.each(['pipe', 'socket', 'endless', 'link', 'directory'])('%s among frames', async (kind) => {
    const error = await failure(readFrames(at(`among-${kind}`)))
    const where = at(`among-${kind}/1.png`)
    expect(error).toMatchObject({ code: 'not-readable', kind: 'unfit', where })
    // A socket cannot even be opened.
    const found = { socket: /ENXIO/, directory: /^a folder$/ }[kind] ?? /^a device, pipe or socket$/
    expect(error.found).toMatch(found)
    expect((await failure(readImage(where))).code).toBe('not-readable')
  })
})
