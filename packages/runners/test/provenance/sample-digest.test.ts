import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { digestOf, sampleFiles } from '../../src/provenance/sample-digest.ts'
import { temporaryFolder } from '../../../benchmark/test/temporary-folder.ts'

async function make(place: string): Promise<void> {
  await mkdir(place, { recursive: true })
  for (let t = 0; t < 12; t++) await writeFile(join(place, `frame_${t}.png`), Buffer.alloc(50_000, t))
}

test('a sample that another process exchanges while it is read has the digest of either, which is one', async () => {
  const out = await temporaryFolder()
  const folder = join(out, 'clip', 's0')
  await make(folder)
  const whole = digestOf((await sampleFiles(out, 'clip', 0)) ?? [])
  const end = new AbortController()
  const exchanges: string[] = []
  const other = async () => {
    while (!end.signal.aborted) {
      const [partial, aside] = [join(out, `new-${exchanges.length}`), join(out, `old-${exchanges.length}`)]
      await make(partial)
      await rename(folder, aside)
      await rename(partial, folder)
      await rm(aside, { recursive: true })
      exchanges.push(aside)
      // No program makes a sample again at once.
      await pause(50)
    }
  }
  const exchanging = other()
  const found: (string | undefined)[] = []
  try {
    while (exchanges.length < 15) {
      const files = await sampleFiles(out, 'clip', 0)
      found.push(files && digestOf(files))
    }
  } finally {
    end.abort()
    await exchanging
  }
  expect(new Set(found)).toEqual(new Set([whole]))
})

test('a sample that there is none of has no files', async () => {
  expect(await sampleFiles(await temporaryFolder(), 'clip', 0)).toBeUndefined()
})
