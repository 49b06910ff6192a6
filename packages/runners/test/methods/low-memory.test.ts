import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { contiguous, readFrames } from '@kinemetric/video'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { hasTinyModels, writeTinyCoshand, writeTinyInterdyn } from '../../../../test/tiny-models.ts'
import { findMethod, runMethod } from '../../src/index.ts'
import { furthest } from '../furthest.ts'
import { maskManifest } from '../mask-manifest.ts'

const { folder, manifest } = await maskManifest(['a'], [64, 64], 3)
// Rates of steps are kept there.
vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'))

// A minute and a half: the networks' own tests hold a step of each against its step without.
describe.skipIf(!hasTinyModels() || process.env.KINEMETRIC_FULL !== '1')(
  'on tiny weights',
  { timeout: 240_000 },
  () => {
    const checkpoints: Record<string, Record<string, string>> = {}
    beforeAll(async () => {
      checkpoints.interdyn = { ...(await writeTinyInterdyn(join(folder, 'weights'))) }
      checkpoints['coshand-independent'] = { coshand: await writeTinyCoshand(join(folder, 'weights')) }
    })

    /** Frames of the clip, uint8, and what its record says. */
    async function made(id: string, lowMemory: boolean, dtype: 'float32' | 'float16') {
      const out = join(folder, `${id}-${lowMemory}-${dtype}`)
      const { failures } = await runMethod({
        method: await findMethod(id),
        manifest,
        out,
        config: { steps: 4, dtype },
        native: { checkpoints: checkpoints[id], unverified: true, threads: 1, lowMemory },
      })
      expect(failures).toEqual([])
      const sample = join(out, 'a', 's0')
      const item: { notes: string[] } = JSON.parse(await readFile(join(sample, 'item.json'), 'utf8'))
      return { frames: contiguous((await readFrames(sample)).pixels).data, notes: item.notes }
    }

    test.each(['interdyn', 'coshand-independent'])(
      '%s with --low-memory makes the same frames but for a rounding, and says so; in float16 too',
      async (id) => {
        const usual = await made(id, false, 'float32')
        const spare = await made(id, true, 'float32')
        const half = await made(id, true, 'float16')
        expect(usual.notes).toEqual([])
        expect(spare.notes).toEqual([expect.stringMatching(/^low memory: /)])
        // A sum in another order moves a sample over the edge of its level at most; float16 has 11 bits where frames have 8.
        expect(furthest(spare.frames, usual.frames)).toBeLessThanOrEqual(1)
        expect(furthest(half.frames, usual.frames)).toBeLessThanOrEqual(4)
      },
    )

    test('InterDyn says that the processor computes in float32 then, whatever was asked for', async () => {
      const { notes } = await made('interdyn', true, 'float16')
      expect(notes).toEqual([expect.stringContaining('in float32')])
    })
  },
)
