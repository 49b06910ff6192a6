// Writes image-scikit.json: scikit-image's values for counterfeits of real clips. The frames themselves are not kept.
// Run: KINEMETRIC_PYTHON=/path/to/python node packages/metrics/test/goldens/write-image-scikit.ts

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hashFrames } from '@kinemetric/video'
import { realClip, type Counterfeit } from '../image/real-clips.ts'

const cases: { id: string; counterfeit: Counterfeit }[] = [
  { id: '243', counterfeit: 'first-frame-repeated' },
  { id: '102979', counterfeit: 'noise' },
  { id: '8445', counterfeit: 'one-frame-late' },
]
const python = process.env.KINEMETRIC_PYTHON ?? 'python3'
const folder = mkdtempSync(join(tmpdir(), 'kinemetric-'))
const script = join(import.meta.dirname, 'image_scikit.py')
const clips = []
let version = ''
for (const { id, counterfeit } of cases) {
  const { generated, reference } = await realClip(id, counterfeit)
  const files = ['generated', 'reference'].map((name) => join(folder, name))
  writeFileSync(files[0], generated.data)
  writeFileSync(files[1], reference.data)
  const sizes = reference.shape.slice(0, 3).map(String)
  const { version: found, ...values } = JSON.parse(
    execFileSync(python, [script, ...sizes, ...files], { encoding: 'utf8' }),
  )
  version = found
  clips.push({ id, counterfeit, hashes: [hashFrames(generated), hashFrames(reference)], ...values })
}
rmSync(folder, { recursive: true })
const golden = {
  origin: `scikit-image ${version}; gaussian-valid: gaussian_weights=True, use_sample_covariance=False, sigma=1.5; uniform-7: its defaults; data_range=255, channel_axis=-1`,
  tolerance: 1e-9,
  why: 'the same bytes in float64 on both sides; only the order of the sums differs',
  clips,
}
writeFileSync(join(import.meta.dirname, 'image-scikit.json'), `${JSON.stringify(golden, null, 1)}\n`)
