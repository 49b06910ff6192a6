import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What a paper would claim of the still image on two scenes, in the metrics of the small benchmark. */
export const claimed = { psnr: 27, ssim: 0.5 }

/** Writes a benchmark of two scenes, two baselines and two metrics that need no weights, with claims beside it. @returns its path */
export async function writeSmallBenchmark(folder: string, change: Record<string, unknown> = {}): Promise<string> {
  await mkdir(folder, { recursive: true })
  const values = Object.entries(claimed).map(([metric, value]) => ({ metric, value }))
  const claims = {
    schema: 'kinemetric/claims@1',
    kind: 'claim',
    method: { id: 'still', name: 'Still' },
    protocol: 'physics-256x384',
    source: { title: 'A paper', samples: 2 },
    values: [...values, { metric: 'lpips', value: 0.1 }],
  }
  await writeFile(join(folder, 'paper.json'), JSON.stringify(claims))
  const benchmark = {
    schema: 'kinemetric/benchmark@1',
    id: 'small',
    title: 'A small benchmark',
    summary: 'Two scenes',
    data: { adapter: 'physics', make: { kind: 'physics', clips: 2, seed: 1 } },
    protocols: ['physics-256x384'],
    methods: [{ method: 'static', id: 'still', name: 'Still' }, { method: 'driver-only' }],
    metrics: ['psnr:frame-mean', 'ssim:gaussian-valid'],
    claims: [{ claims: './paper.json', method: 'still', protocol: 'physics-256x384' }],
    margins: { psnr: { within: 100, why: 'everything' }, ssim: { within: 0.01, why: 'little' } },
    variants: [
      { id: 'pooled', question: 'Which PSNR?', says: 'pooled', changes: { metrics: ['psnr:pooled'] } },
      { id: 'all-frames', question: 'Which frames?', says: 'the given one, too', changes: { excludedFrames: [] } },
      { id: 'seed-1', question: 'Which seed?', says: 'another', changes: { settings: { seed: 1 } } },
    ],
    ...change,
  }
  const path = join(folder, 'small.json')
  await writeFile(path, JSON.stringify(benchmark))
  return path
}
