import { describe, expect, test } from 'vitest'
import { openVjepa } from '../../../src/models/vjepa/open.ts'
import type { VjepaPool } from '../../../src/models/vjepa/graph.ts'
import { resizePositions, sinCosPositions } from '../../../src/models/vjepa/positions.ts'
import { vjepaEncoder } from '../../../src/models/vjepa/tensors.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { goldenClip, goldens, probeWeights, renamed, unlike, vjepaWeights, written } from './networks.ts'

/** Seconds of processor time: real widths are for the full run. */
const full = process.env.KINEMETRIC_FULL === '1'

const folder = await temporaryFolder()
const encoder = await written(folder, 'small', vjepaWeights(64, 2, [4, 4, 4]))
const probe = await written(folder, 'small-probe', probeWeights(64))
const small = { preprocessing: 'worldarena', heads: 4 } as const

async function row(pool: VjepaPool, clip = goldenClip(8, 64, 64), weights = { encoder, probe }) {
  const network = await openVjepa('vjepa-vith16', weights, { ...small, pool })
  const found = await network.extractTensor!(clip)
  await network.close()
  return found
}

describe('positions', () => {
  test('the small table', () => {
    const table = sinCosPositions([4, 4, 4], 64)
    expect(unlike(table, goldens.vjepa_small_pos_embed)).toEqual([])
    goldens.vjepa_small_pos_embed.row_37!.forEach((value, i) => expect(table[37 * 64 + i]).toBeCloseTo(value, 6))
  })

  test('that of ViT-H', () => {
    const table = sinCosPositions([8, 14, 14], 1280)
    expect(table).toHaveLength(2_007_040)
    expect(unlike(table, goldens.vjepa_H_pos_embed)).toEqual([])
  })

  test('of another size', () => {
    const table = resizePositions(sinCosPositions([4, 4, 4], 64), [4, 4, 4], [8, 3, 5], 64)
    expect(unlike(table, goldens.vjepa_small_pos_16x48x80)).toEqual([])
  })
})

describe('rows with formula weights', () => {
  test.each([
    ['pool-probe-proj', 'pool_proj'],
    ['pool-probe', 'pool_noproj'],
    ['pool-mean', 'token_mean'],
  ] as const)('%s', async (pool, part) => {
    expect(unlike(await row(pool), goldens.vjepa_small_8x64x64[part])).toEqual([])
    expect(unlike(await row(pool, goldenClip(16, 48, 80)), goldens.vjepa_small_16x48x80[part])).toEqual([])
  })

  test.skipIf(!full)('one block of ViT-H’s width, at its size', async () => {
    const wide = await written(folder, 'wide', vjepaWeights(1280, 1, [8, 14, 14]))
    const wideProbe = await written(folder, 'wide-probe', probeWeights(1280))
    for (const [pool, part] of [
      ['pool-probe-proj', 'pool_proj'],
      ['pool-probe', 'pool_noproj'],
    ] as const) {
      const how = { preprocessing: 'worldarena', pool } as const
      const network = await openVjepa('vjepa-vith16', { encoder: wide, probe: wideProbe }, how)
      const found = await network.extractTensor!(goldenClip(16, 224, 224))
      await network.close()
      expect(unlike(found, goldens.vjepa_H_width_1_block[part])).toEqual([])
    }
  })

  test('several clips are a row each', async () => {
    const { data, shape } = goldenClip(8, 64, 64)
    const twice = Float32Array.from({ length: 2 * data.length }, (_, i) => Number(data[i % data.length]))
    const rows = await row('pool-probe', { type: 'float32', data: twice, shape: [2, ...shape.slice(1)] })
    expect(rows.subarray(0, 64)).toEqual(rows.subarray(64))
    expect(unlike(rows.subarray(64), goldens.vjepa_small_8x64x64.pool_noproj)).toEqual([])
  })
})

describe('files as training leaves them', () => {
  test('the slow copy is taken, whatever wraps it, and its digest is that of the tensors', async () => {
    const own = vjepaWeights(64, 2, [4, 4, 4])
    const other = vjepaWeights(64, 1, [4, 4, 4])
    const all = new Map([
      ...renamed(other, (name) => `encoder.module.backbone.${name}`),
      ...renamed(own, (name) => `target_encoder.module.backbone.${name}`),
      ...renamed(other, (name) => `predictor.module.${name}`),
    ])
    const whole = await written(folder, 'training', all)
    expect(vjepaEncoder(whole)).toMatchObject({ width: 64, blocks: 2, grid: [4, 4, 4] })
    expect(await row('pool-probe', undefined, { encoder: whole, probe })).toEqual(await row('pool-probe'))
  })

  test('a probe as its file keeps it', async () => {
    const kept = await written(
      folder,
      'kept-probe',
      renamed(probeWeights(64), (name) => `classifier.${name}`),
    )
    expect(await row('pool-probe', undefined, { encoder, probe: kept })).toEqual(await row('pool-probe'))
  })
})

describe('what is told by name', () => {
  test('V-JEPA 2 in place of V-JEPA', async () => {
    const { pos_embed: _, ...rest } = Object.fromEntries(vjepaWeights(64, 2, [4, 4, 4]))
    const two = await written(folder, 'two', new Map(Object.entries(rest)))
    const found = expect.objectContaining({ code: 'wrong-checkpoint', expected: 'V-JEPA (2024)' })
    expect(() => vjepaEncoder(two)).toThrow(found)
    expect(() => vjepaEncoder(two)).toThrow(/V-JEPA 2/)
  })

  test('a probe of another width, and none', async () => {
    const other = await written(folder, 'other-probe', probeWeights(96))
    await expect(row('pool-probe', undefined, { encoder, probe: other })).rejects.toThrow(
      /width 64, found one of width 96/,
    )
    await expect(row('pool-probe', undefined, { encoder, probe: encoder })).rejects.toThrow(/without its probe/)
    const without = { encoder, probe: undefined }
    await expect(openVjepa('vjepa-vith16', without, { ...small, pool: 'pool-probe' })).rejects.toThrow(/none/)
  })

  test('a probe without the projection serves the recipe that has none', async () => {
    const tensors = new Map([...probeWeights(64)].filter(([name]) => !name.includes('xattn.proj')))
    const bare = await written(folder, 'bare-probe', tensors)
    expect(await row('pool-probe', undefined, { encoder, probe: bare })).toEqual(await row('pool-probe'))
    await expect(row('pool-probe-proj', undefined, { encoder, probe: bare })).rejects.toMatchObject({
      code: 'wrong-tensors',
    })
  })

  test('sizes that make no whole tokens, and another tensor than clips', async () => {
    for (const clip of [goldenClip(7, 64, 64), goldenClip(8, 60, 64), goldenClip(8, 64, 72)])
      await expect(row('pool-mean', clip)).rejects.toMatchObject({ code: 'shape-mismatch' })
    const picture = { type: 'float32', data: new Float32Array(3 * 64 * 64), shape: [1, 3, 64, 64] } as const
    await expect(row('pool-mean', picture)).rejects.toThrow(/N, 3, T, H, W/)
  })
})
