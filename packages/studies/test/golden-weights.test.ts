import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findBenchmark, runStudy } from '@kinemetric/studies'
import { hasShared, sharedPath } from '../../../test/shared.ts'
import { temporaryFolder } from '../../../test/temporary-folder.ts'
import { hasTinyModels, writeTinyInterdyn } from '../../../test/tiny-models.ts'

const can = process.env.KINEMETRIC_FULL === '1' && hasTinyModels() && hasShared('data', 'interdyn-examples')

// Networks in processes of their own, and the whole way: for the full run.
test.runIf(can)(
  'real clips and tiny golden weights go the whole way, and record, table, site and verdicts say what weights they are of',
  async () => {
    const root = await temporaryFolder('kinemetric-golden-')
    await mkdir(join(root, 'examples'))
    for (const clip of ['102979', '111230'])
      await cp(sharedPath('data', 'interdyn-examples', clip), join(root, 'examples', clip), { recursive: true })
    const protocol = {
      id: 'tiny-64x64',
      window: { frames: 4, fps: 6 },
      geometry: { size: [64, 64] },
      excludedFrames: [0],
      metrics: [{ metric: 'psnr', recipe: 'frame-mean' }],
    }
    await writeFile(join(root, 'tiny-64x64.json'), JSON.stringify(protocol))
    const file = {
      schema: 'kinemetric/benchmark@1',
      id: 'tiny',
      title: 'Tiny',
      summary: 'Two clips',
      data: {
        adapter: 'interdyn-examples',
        folder: '{examples}',
        given: { examples: { doc: 'the clips', from: 'InterDyn', licence: 'theirs' } },
      },
      protocols: ['./tiny-64x64.json'],
      methods: [
        { method: 'interdyn', id: 'interdyn-256x384', name: 'InterDyn', settings: { steps: 2 } },
        { method: 'static' },
      ],
      metrics: ['psnr:frame-mean'],
      claims: [{ claims: 'interdyn-256x384', method: 'interdyn-256x384', protocol: 'tiny-64x64' }],
      margins: { psnr: { within: 1000, why: 'everything is near' } },
      clipsWithin: 1,
    }
    await writeFile(join(root, 'tiny.json'), JSON.stringify(file))
    const benchmark = await findBenchmark(join(root, 'tiny.json'))
    const result = await runStudy({
      benchmark,
      out: join(root, 'out'),
      data: { examples: [join(root, 'examples')] },
      checkpoints: await writeTinyInterdyn(join(root, 'weights')),
      unverified: true,
    })
    if ('waiting' in result) throw new Error('expected an end')
    const { records, verdicts, table, site } = result
    const record = records.find(({ method }) => method.id === 'interdyn-256x384')
    expect(record?.method.name).toBe('InterDyn (unverified weights)')
    const [psnr] = verdicts[0].held.filter(({ metric }) => metric === 'psnr')
    // Everything is near, and still nothing is compared.
    expect([psnr.verdict, psnr.reasons[0]]).toEqual([
      'not-comparable',
      'golden or other weights of one’s own (svd, interdyn)',
    ])
    for (const text of [
      await readFile(table, 'utf8'),
      await readFile(join(site.outDir, 'tiny-64x64', 'provenance.html'), 'utf8'),
      await readFile(join(site.outDir, 'tiny-64x64', 'index.html'), 'utf8'),
    ])
      expect(text).toContain('unverified weights')
  },
)
