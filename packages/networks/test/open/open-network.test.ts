import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hashFile } from '@kinemetric/files'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasShared, sharedPath } from '../../../../test/shared.ts'
import {
  isUnverified,
  missingWeights,
  openCheckpoint,
  openNetwork,
  weightEntry,
  writeSafetensors,
} from '../../src/index.ts'
import { openI3d } from '../../src/models/i3d/open.ts'
import { openLpips } from '../../src/models/lpips/open.ts'
import { i3dTensors } from '../../src/models/i3d/tensors.ts'
import { formulaTensors } from '../formula-weights.ts'
import { goldenA, goldenB } from '../golden-frames.ts'

let folder: string
let i3d: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kinemetric-open-'))
  i3d = join(folder, 'mine.safetensors')
  await writeSafetensors(i3d, formulaTensors(i3dTensors('pytorch-i3d')))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** No weights are here. */
const nowhere = { searchPath: [] }
const squashed = { network: 'i3d-kinetics-400', preprocessing: 'squash-half-pixel', variant: 'bneps-0.00001' }

test('a network without weights', async () => {
  const { network, weights, missing } = await openNetwork('tracklets', { network: 'lucas-kanade' }, nowhere)
  expect(network.id).toBe('lucas-kanade')
  expect([weights, missing]).toEqual([[], []])
  await network.close()
})

test('of several networks the first whose weights are there, and what is missing of those before it', async () => {
  const ask = { network: ['cotracker3-offline', 'lucas-kanade'] }
  const { network, weights, missing } = await openNetwork('tracklets', ask, nowhere)
  expect([network.id, weights]).toEqual(['lucas-kanade', []])
  expect(missing.map(({ id, command }) => [id, command])).toEqual([
    ['cotracker3-scaled-offline', 'kinemetric weights pull cotracker3-scaled-offline'],
  ])
  await network.close()
})

test('weights that are missing: those asked for first, of several networks those of the first', async () => {
  expect(await missing('inception-2015-12-05')).toBe('inception-2015-12-05')
  const archives = ['inception-2015-12-05-torchscript', 'inception-2015-12-05']
  expect(await missing('inception-2015-12-05', archives)).toBe('inception-2015-12-05-torchscript')
  expect(await missing(['i3d-kinetics-400', 'inception-2015-12-05'])).toBe('i3d-torchscript')
})

test('LPIPS needs the backbone first, then the heads', async () => {
  await expect(openNetwork('distance', { network: 'lpips-vgg' }, nowhere)).rejects.toMatchObject({
    details: { id: 'vgg16' },
  })
})

test('a checkpoint given by hand: opened as the network that was asked for, and never taken for a known one', async () => {
  const checkpoints = { 'i3d-kinetics-400': i3d }
  const { network, weights } = await openNetwork('features', squashed, { ...nowhere, checkpoints, threads: 1 })
  const same = await openI3d(await openCheckpoint(i3d), { preprocessing: 'squash-half-pixel', batchNormEpsilon: 1e-5 })
  expect(weights).toEqual([{ id: 'unverified:mine.safetensors', sha256: await hashFile(i3d), licence: 'unknown' }])
  expect(weights.map(isUnverified)).toEqual([true])
  expect(network).toMatchObject({ network: 'i3d-kinetics-400', preprocessing: 'squash-half-pixel', rows: 'clip' })
  expect(network.digest).toBe(same.digest)
  await network.close()
  await same.close()
})

describe('what is asked for and not there', () => {
  const checkpoints = { 'i3d-kinetics-400': i3d, 'lpips-alex': 'alex.pth', 'lucas-kanade': 'tracker.pth' }
  const own = () => ({ ...nowhere, checkpoints: { ...checkpoints, 'i3d-kinetics-400': i3d } })

  test('networks', async () => {
    await expect(openNetwork('features', { network: 'clip' })).rejects.toMatchObject({
      code: 'unknown-network',
      where: 'clip',
    })
    await expect(openNetwork('features', { network: 'lpips-alex' })).rejects.toThrow(
      /^lpips-alex: expected a network for features, found one for distance$/,
    )
    await expect(openNetwork('features', { network: [] })).rejects.toMatchObject({ code: 'bad-option' })
  })

  test('preprocessings, variants, settings', async () => {
    await expect(openNetwork('features', { ...squashed, preprocessing: 'tf1' }, own())).rejects.toThrow(
      /^i3d-kinetics-400: expected preprocessing to be one of squash-half-pixel, .*, found tf1$/,
    )
    await expect(openNetwork('features', { ...squashed, variant: undefined }, own())).rejects.toThrow(/found none$/)
    await expect(openNetwork('features', { ...squashed, settings: { depth: 3 } }, own())).rejects.toThrow(
      /^i3d-kinetics-400: expected no choices, found depth$/,
    )
    await expect(openNetwork('tracklets', { network: 'lucas-kanade', variant: 'v' })).rejects.toMatchObject({
      code: 'bad-option',
    })
  })

  test('a checkpoint by hand, of networks with none and with two', async () => {
    await expect(openNetwork('tracklets', { network: 'lucas-kanade' }, own())).rejects.toThrow(
      /found one without weights$/,
    )
    await expect(openNetwork('distance', { network: 'lpips-alex' }, own())).rejects.toThrow(
      /found one of backbone and heads$/,
    )
  })
})

test.skipIf(!hasShared('weights', 'alexnet-features.pth'))(
  'the weights that were found, and the network that the settings make of them',
  async () => {
    const options = { searchPath: [sharedPath('weights')], threads: 1 }
    const ask = { network: 'lpips-alex', settings: { epsilon: 'torchmetrics', spatial: true } }
    const { network, weights } = await openNetwork('distance', ask, options)
    expect(weights.map(({ id, licence }) => [id, licence])).toEqual(
      ['alexnet', 'lpips-alex'].map((id) => [id, weightEntry(id).licence]),
    )
    expect(weights[1].sha256).toBe(weightEntry('lpips-alex').sha256)
    const direct = await openLpips(
      'alex',
      {
        backbone: await openCheckpoint(sharedPath('weights', 'alexnet-features.pth')),
        heads: await openCheckpoint(sharedPath('weights', 'lpips-v0.1-alex.pth')),
      },
      { epsilon: 'torchmetrics', spatial: true },
    )
    expect([network.network, network.digest]).toEqual(['lpips-alex', direct.digest])
    expect(await network.distance(goldenA, goldenB)).toEqual(await direct.distance(goldenA, goldenB))
    await network.close()
    await direct.close()
  },
)

/** Id of the weights without which these networks cannot be opened. */
async function missing(network: string | string[], checkpoints?: string[]): Promise<string | undefined> {
  const opening = openNetwork('features', { ...squashed, network, checkpoints }, nowhere)
  return opening.then(
    () => undefined,
    (error: unknown) => missingWeights(error)?.id,
  )
}
