import { describe, expect, test } from 'vitest'
import { hasShared, sharedPath } from '../../../../../test/shared.ts'
import { readFileSync } from 'node:fs'
import { openVjepa2 } from '../../../src/models/vjepa2/open.ts'
import { neighbours, rotatedWidth, rotationOf } from '../../../src/models/vjepa2/rotary.ts'
import {
  huggingFaceNames,
  repositoryNames,
  vjepa2EncoderTensors,
  vjepa2PoolerTensors,
} from '../../../src/models/vjepa2/tensors.ts'
import { formulaTensors, transformerRule } from '../../formula-weights.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { below, goldenClip, goldens, probeWeights, renamed, unlike, vjepaWeights, written } from './networks.ts'

const full = process.env.KINEMETRIC_FULL === '1'
const folder = await temporaryFolder()

/** A file of transformers. */
function hubWeights(width: number, layers: number) {
  return formulaTensors(
    {
      ...below('vjepa2.encoder.', vjepa2EncoderTensors(huggingFaceNames, width, layers)),
      ...below('pooler.', vjepa2PoolerTensors(huggingFaceNames, width, 3)),
    },
    transformerRule,
  )
}

const small = await written(folder, 'small', hubWeights(96, 2))
const how = { preprocessing: 'hf-256', heads: 3 } as const

async function row(pool: 'pool-probe' | 'pool-mean', encoder = small, probe = undefined as typeof small | undefined) {
  const network = await openVjepa2({ encoder, probe }, { ...how, pool })
  const found = await network.extractTensor!(goldenClip(8, 64, 64))
  await network.close()
  return found
}

/** What the golden rotates: head h, token n, number j. */
function x(h: number, n: number, j: number): number {
  return Math.sin(0.37 * (h * 50 + n * 10 + j))
}

function table(name: string) {
  return JSON.parse(readFileSync(sharedPath('spec', 'tensors', `${name}.json`), 'utf8'))
}

test('rotations: frequencies lie tiled, pairs are neighbours', () => {
  const { values } = goldens.vjepa2_rotate
  const other = neighbours(10)
  for (let h = 0; h < 2; h++)
    for (let n = 0; n < 5; n++)
      for (let j = 0; j < 10; j++) {
        const { cosine, sine } = rotationOf(n, j, 10)
        expect(x(h, n, j) * cosine + x(h, n, other[j]) * sine).toBeCloseTo(values![h * 50 + n * 10 + j], 6)
      }
  expect(rotatedWidth(64)).toBe(20)
})

test.skipIf(!hasShared('spec', 'tensors', 'vjepa2_vitl.json'))('its tensors are those of the published files', () => {
  const { 'classifier.weight': _, 'classifier.bias': __, ...hub } = table('vjepa2_vitl')
  expect({
    ...below('vjepa2.encoder.', vjepa2EncoderTensors(huggingFaceNames, 1024, 24)),
    ...below('pooler.', vjepa2PoolerTensors(huggingFaceNames, 1024, 3)),
  }).toEqual(hub)
  expect(vjepa2EncoderTensors(repositoryNames, 1024, 24)).toEqual(table('vjepa2_vitl_repo'))
  const { 'module.linear.weight': ___, 'module.linear.bias': ____, ...probe } = table('vjepa2_vitl_ssv2_probe_repo')
  expect(below('module.pooler.', vjepa2PoolerTensors(repositoryNames, 1024, 3))).toEqual(probe)
})

describe('rows with formula weights', () => {
  test('small', async () => {
    expect(unlike(await row('pool-mean'), goldens.vjepa2_small_8x64x64.token_mean)).toEqual([])
    expect(unlike(await row('pool-probe'), goldens.vjepa2_small_8x64x64.pool)).toEqual([])
  })

  test.skipIf(!full)('one block of ViT-L’s width, at its size', async () => {
    const encoder = await written(folder, 'wide', hubWeights(1024, 1))
    const network = await openVjepa2({ encoder }, { preprocessing: 'hf-256', pool: 'pool-probe' })
    const found = await network.extractTensor!(goldenClip(16, 256, 256))
    await network.close()
    expect(unlike(found, goldens.vjepa2_L_width_1_block.pool)).toEqual([])
  })

  test('the repository’s names say the same; its pooler’s norms have another ε', async () => {
    const values = hubWeights(96, 2)
    const fused = (names: readonly string[]) => {
      const parts = names.map((name) => values.get(name)!)
      const data = new Float32Array(parts.reduce((sum, part) => sum + part.data.length, 0))
      let at = 0
      for (const part of parts) {
        data.set(part.data, at)
        at += part.data.length
      }
      return { shape: [parts.reduce((sum, part) => sum + part.shape[0], 0), ...parts[0].shape.slice(1)], data }
    }
    const own = (prefix: string, rename: (name: string) => string) =>
      renamed(new Map([...values].filter(([name]) => name.startsWith(prefix))), (name) =>
        rename(name.slice(prefix.length)),
      )
    const encoder = own('vjepa2.encoder.', (name) =>
      name
        .replace('embeddings.patch_embeddings.proj', 'patch_embed.proj')
        .replace(/^layernorm/, 'norm')
        .replace(/^layer\./, 'blocks.')
        .replace('attention.proj', 'attn.proj'),
    )
    const probe = own('pooler.', (name) =>
      name
        .replace('cross_attention_layer', 'cross_attention_block')
        .replace('self_attention_layers', 'blocks')
        .replace('layer_norm', 'norm')
        .replace('self_attn.out_proj', 'attn.proj')
        .replace('cross_attn.q_proj', 'xattn.q'),
    )
    for (const part of ['weight', 'bias']) {
      for (let i = 0; i < 2; i++)
        encoder.set(
          `blocks.${i}.attn.qkv.${part}`,
          fused(['query', 'key', 'value'].map((word) => `vjepa2.encoder.layer.${i}.attention.${word}.${part}`)),
        )
      for (let i = 0; i < 3; i++)
        probe.set(
          `blocks.${i}.attn.qkv.${part}`,
          fused(['q', 'k', 'v'].map((word) => `pooler.self_attention_layers.${i}.self_attn.${word}_proj.${part}`)),
        )
      const cross = ['k', 'v'].map((word) => `pooler.cross_attention_layer.cross_attn.${word}_proj.${part}`)
      probe.set(`cross_attention_block.xattn.kv.${part}`, fused(cross))
    }
    const files = {
      encoder: await written(
        folder,
        'repo',
        renamed(encoder, (name) => `target_encoder.module.backbone.${name}`),
      ),
      probe: await written(
        folder,
        'repo-probe',
        renamed(probe, (name) => `classifiers.0.module.pooler.${name}`),
      ),
    }
    const [ours, theirs] = [await row('pool-probe', files.encoder, files.probe), await row('pool-probe')]
    const apart = Math.max(...ours.map((value, i) => Math.abs(value - theirs[i])))
    expect(apart).toBeLessThan(1e-3)
    expect(apart).toBeGreaterThan(0)
    expect(await row('pool-mean', files.encoder)).toEqual(await row('pool-mean'))
  })
})

describe('what is told by name', () => {
  test('V-JEPA in place of V-JEPA 2', async () => {
    const one = await written(folder, 'one', vjepaWeights(96, 1, [4, 4, 4]))
    await expect(row('pool-mean', one)).rejects.toThrow(/expected V-JEPA 2, found V-JEPA \(2024\)/)
  })

  test('the repository’s encoder without its probe, and a probe of V-JEPA', async () => {
    const { pos_embed: _, ...rest } = Object.fromEntries(vjepaWeights(96, 1, [4, 4, 4]))
    const encoder = await written(folder, 'bare', new Map(Object.entries(rest)))
    await expect(row('pool-probe', encoder)).rejects.toThrow(/no pooler in this file/)
    const probe = await written(folder, 'old-probe', probeWeights(96))
    await expect(row('pool-probe', encoder, probe)).rejects.toThrow(/as V-JEPA \(2024\) has it/)
  })
})
