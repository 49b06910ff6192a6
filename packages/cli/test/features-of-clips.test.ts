import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formatNpy, readFeatureFile } from '@kinemetric/metrics'
import { writeSafetensors } from '@kinemetric/networks'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  huggingFaceNames,
  vjepa2EncoderTensors,
  vjepa2PoolerTensors,
} from '../../networks/src/models/vjepa2/tensors.ts'
import { formulaTensors, transformerRule } from '../../networks/test/formula-weights.ts'
import {
  below,
  goldenClip,
  goldens,
  probeWeights,
  unlike,
  vjepaWeights,
} from '../../networks/test/models/jepa/networks.ts'
import { kinemetric, refused, temporaryFolder } from './kinemetric.ts'

const cwd = await temporaryFolder()

beforeAll(async () => {
  await writeSafetensors(join(cwd, 'vjepa.safetensors'), vjepaWeights(64, 2, [4, 4, 4]))
  await writeSafetensors(join(cwd, 'probe.safetensors'), probeWeights(64))
  await writeSafetensors(join(cwd, 'wide-probe.safetensors'), probeWeights(96))
  const two = {
    ...below('vjepa2.encoder.', vjepa2EncoderTensors(huggingFaceNames, 96, 2)),
    ...below('pooler.', vjepa2PoolerTensors(huggingFaceNames, 96, 3)),
  }
  await writeSafetensors(join(cwd, 'vjepa2.safetensors'), formulaTensors(two, transformerRule))
  const { data, shape } = goldenClip(8, 64, 64)
  if (!(data instanceof Float32Array)) throw new TypeError('clips are floats')
  await writeFile(
    join(cwd, 'clips.npy'),
    formatNpy({ data: Float32Array.from([...data, ...data]), shape: [2, ...shape.slice(1)] }),
  )
})

const features = (word: string, heads: number, ...more: string[]) => [
  'features',
  word,
  'clips.npy',
  '--tensor',
  '--unverified',
  '--heads',
  String(heads),
  '--out',
  `${word}.npy`,
  ...more,
]
const vjepa = ['--checkpoint', 'vjepa.safetensors']
const probe = ['--probe', 'probe.safetensors']

describe('features --tensor of clips', () => {
  test.each([
    [features('vjepa', 4, ...vjepa, ...probe), 'vjepa_small_8x64x64', 'pool_proj'],
    [features('vjepa', 4, ...vjepa, ...probe, '--recipe', 'package'), 'vjepa_small_8x64x64', 'pool_proj'],
    [features('vjepa', 4, ...vjepa, ...probe, '--recipe', 'probe'), 'vjepa_small_8x64x64', 'pool_noproj'],
    [features('vjepa', 4, ...vjepa, '--recipe', 'mean'), 'vjepa_small_8x64x64', 'token_mean'],
    [features('vjepa2', 3, '--checkpoint', 'vjepa2.safetensors'), 'vjepa2_small_8x64x64', 'pool'],
  ])('%j', async (args, golden, part) => {
    const { code, stdout, stderr } = await kinemetric([...args, '--json'], { cwd })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const { rows, dimension, out } = JSON.parse(stdout)
    expect(rows).toBe(2)
    const { data } = (await readFeatureFile(join(cwd, out))).features
    for (const row of [0, 1])
      expect(
        unlike(Float32Array.from(data.slice(row * dimension, (row + 1) * dimension)), goldens[golden][part]),
      ).toEqual([])
  })

  test.each([
    [features('vjepa', 3, '--checkpoint', 'vjepa2.safetensors', ...probe), /expected V-JEPA \(2024\), found V-JEPA 2/],
    [features('vjepa2', 4, ...vjepa), /expected V-JEPA 2, found V-JEPA \(2024\)/],
    [features('vjepa', 4, ...vjepa), /expected the SSv2 probe beside the encoder, found none/],
    [features('vjepa', 4, ...vjepa, '--probe', 'wide-probe.safetensors'), /width 64, found one of width 96/],
    [features('vjepa', 4, ...vjepa, ...probe, '--recipe', 'vjepa2-l'), /expected a recipe of vjepa: package, probe/],
    [features('vjepa', 4, ...probe), /expected --checkpoint beside it/],
  ])('refused: %j', async (args, words) => {
    expect(await refused(args, { cwd })).toMatch(words)
  })
})
