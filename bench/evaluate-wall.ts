// Wall time of scoring the 29 real clips (decoding, PSNR, SSIM, LPIPS-alex, journal, record) against the LPIPS network alone on
// frames that are decoded already; in turns in one process, the smallest of each.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { evaluate } from '@kinemetric/evaluation'
import { openNetwork } from '@kinemetric/networks'
import { readFrames, sliceFrames } from '@kinemetric/video'
import { hasShared, sharedPath } from '../test/shared.ts'
import { staticBenchmark, type StaticBenchmark } from './evaluate/static-benchmark.ts'

const rounds = 3
if (hasShared('data', 'interdyn-examples') && hasShared('weights')) {
  const folder = await mkdtemp(join(tmpdir(), 'kinemetric-wall-'))
  try {
    const benchmark = await staticBenchmark(folder)
    const alone: number[] = []
    const whole: number[] = []
    for (let round = 0; round < rounds; round++) {
      alone.push(await lpipsAlone(benchmark))
      whole.push(await wholeEvaluation(benchmark, join(folder, `results-${round}`)))
      console.log(
        `round ${round + 1}: LPIPS alone ${alone[round].toFixed(1)} s, evaluate ${whole[round].toFixed(1)} s, ratio ${(whole[round] / alone[round]).toFixed(2)}`,
      )
    }
    console.log(
      `smallest of ${rounds}: LPIPS alone ${Math.min(...alone).toFixed(1)} s, evaluate ${Math.min(...whole).toFixed(1)} s, ratio ${(Math.min(...whole) / Math.min(...alone)).toFixed(2)}`,
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Seconds of the network on every clip's 13 scored frames; decoding is not counted. */
async function lpipsAlone({ clips, root, generated }: StaticBenchmark): Promise<number> {
  const { network } = await openNetwork('distance', { network: 'lpips-alex' }, { searchPath: [sharedPath('weights')] })
  let seconds = 0
  for (const { id, reference } of clips) {
    const a = sliceFrames((await readFrames(join(generated, `${id}.mkv`))).pixels, 1)
    const b = sliceFrames((await readFrames(join(root, reference?.path ?? ''))).pixels, 1)
    const begun = performance.now()
    await network.distance(a, b)
    seconds += (performance.now() - begun) / 1000
  }
  await network.close()
  return seconds
}

/** Seconds from the call to the record on the disk, opening the network included. */
async function wholeEvaluation({ manifest, generated }: StaticBenchmark, out: string): Promise<number> {
  const begun = performance.now()
  await evaluate({ reference: { manifest }, generated, out, cache: false, weightFolders: [sharedPath('weights')] })
  return (performance.now() - begun) / 1000
}
