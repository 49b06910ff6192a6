import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import {
  archiveFeatures,
  distance,
  FeatureStatistics,
  findReferenceStatistics,
  formatNpy,
  formatNpz,
  formatPartialStatistics,
  fvd,
  openNpz,
  openReferenceStatistics,
  parseNpy,
  parsePartialStatistics,
  readDistanceSide,
  readFeatureFile,
  readStatisticsFile,
  saveReferenceStatistics,
  writeFeatureFile,
  writeStatisticsFile,
} from '@kinemetric/metrics'
import { cosineFeatures, randomFeatures, sineFeatures } from '../features/formula-features.ts'

// Files as numpy 2.4 writes them, base64: test/goldens/distribution_goldens.py.
const { files } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../goldens/distribution-goldens.json'), 'utf8'),
) as {
  files: { npy: Record<string, string>; npz: Record<string, string> }
}
const bytesOf = (base64: string): Uint8Array => Uint8Array.from(Buffer.from(base64, 'base64'))

let folder = ''
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'kinemetric-'))))
afterAll(() => rm(folder, { recursive: true }))

describe('parseNpy', () => {
  for (const [name, base64] of Object.entries(files.npy)) {
    if (name === 'objects' || name === 'text') continue
    test(`reads numpy’s ${name}`, () => {
      const { data, shape } = parseNpy(bytesOf(base64))
      const wanted = wantedArray(name)
      expect(shape).toEqual(wanted.shape)
      expect(Array.from(data)).toEqual(wanted.values)
    })
  }

  test('what is written comes back, from an unaligned place too', () => {
    const data = Float64Array.of(1, 2, 3, 4, 5, 6)
    const bytes = formatNpy({ data, shape: [3, 2] })
    expect(bytes.length % 64).toBe(48)
    const shifted = new Uint8Array(bytes.length + 3)
    shifted.set(bytes, 3)
    expect(parseNpy(shifted.subarray(3))).toMatchObject({ data, shape: [3, 2], dtype: '<f8' })
  })

  test('refuses objects, other files, cut and overlong ones, by name', () => {
    expect(() => parseNpy(bytesOf(files.npy.objects), 'x.npy')).toThrow(
      "x.npy: expected numbers (f2, f4, f8, i1 to i8, u1 to u8, b1); found type '|O', Python objects",
    )
    expect(() => parseNpy(Buffer.from('GIF89a....'), 'x.npy')).toThrow('found bytes 474946383961')
    expect(() => parseNpy(new Uint8Array(0), 'x.npy')).toThrow('found bytes (none)')
    const whole = bytesOf(files.npy['<f8'])
    expect(() => parseNpy(whole.subarray(0, -1), 'x.npy')).toThrow(
      'expected 48 bytes of data for shape (2, 3) of <f8; found 47',
    )
    expect(() => parseNpy(whole.subarray(0, 40), 'x.npy')).toThrow('expected a header of 118 bytes; found 30')
    expect(() => parseNpy(Buffer.concat([whole, Buffer.alloc(8)]), 'x.npy')).toThrow('found 56')
    const lying = Buffer.from(Buffer.from(whole).toString('latin1').replace('(2, 3)', '(9e9,'), 'latin1')
    expect(() => parseNpy(lying)).toThrow('expected a header with a plain type')
    const huge = Buffer.from(
      Buffer.from(whole).toString('latin1').replace('(2, 3), }          ', '(9999999999, 99999),'),
      'latin1',
    )
    expect(() => parseNpy(huge)).toThrow(/shape/)
  })
})

/** What the Python script put into each of its files. */
function wantedArray(name: string): { shape: number[]; values: number[] } {
  if (name === '3d fortran') return { shape: [2, 3, 4], values: Array.from({ length: 24 }, (_, i) => i) }
  const shape = [2, 3]
  if (/[<>]f|version/.test(name)) return { shape, values: [-2, -0.5, 1, 2.5, 4, 5.5] }
  if (name === '|b1') return { shape, values: [1, 0, 1, 0, 1, 0] }
  return { shape, values: name.includes('i') ? [3, 2, 1, 0, 1, 2] : [0, 1, 2, 3, 4, 5] }
}

describe('openNpz', () => {
  for (const name of ['savez', 'savez_compressed']) {
    test(`reads numpy’s ${name}`, () => {
      const npz = openNpz(bytesOf(files.npz[name]))
      expect(npz.names).toEqual(['mu', 'sigma'])
      expect([...npz.array('mu').data]).toEqual([1, 2])
      expect(npz.array('sigma').shape).toEqual([2, 2])
    })
  }

  test('a wrong checksum, a false size and a cut file are refused', () => {
    const bytes = bytesOf(files.npz.savez_compressed)
    const directory = Buffer.from(bytes).indexOf(Buffer.from([0x50, 0x4b, 1, 2]))
    const changed = (offset: number, value: number): Uint8Array => {
      const copy = bytes.slice()
      new DataView(copy.buffer).setUint32(directory + offset, value, true)
      return copy
    }
    expect(() => openNpz(changed(16, 1), 'x.npz').array('mu')).toThrow('with checksum 1; found')
    expect(() => openNpz(changed(24, 10), 'x.npz').array('mu')).toThrow(
      'x.npz:mu: expected deflated data that unpacks to 10 bytes',
    )
    // A bomb: gigabytes declared for a hundred packed bytes.
    expect(() => openNpz(changed(24, 3e9), 'x.npz').array('mu')).toThrow('found 3000000000 declared for')
    expect(() => openNpz(changed(42, 1e9), 'x.npz').array('mu')).toThrow('expected the entry at byte 1000000000')
    expect(() => openNpz(bytes.subarray(0, -30), 'x.npz')).toThrow('not a zip, or cut short')
    expect(() => openNpz(bytes, 'x.npz').array('nu')).toThrow("expected an entry 'nu'; found mu, sigma")
  })

  test('an entry that unpacks beyond what it declares is stopped there', () => {
    // 16 MB of zeros pack to 16 KB; the directory is made to say 100 KB.
    const zeros = formatNpz({ a: { data: new Float64Array(2e6), shape: [2e6] } })
    expect(openNpz(zeros).array('a').data.length).toBe(2e6)
    expect(() => openNpz(zeros, 'x.npz', 1e6).array('a')).toThrow('expected at most 1000000 bytes')
  })

  test('the same content gives the same bytes', () => {
    const entries = { mu: { data: Float64Array.of(1), shape: [1] }, note: { text: 'Fréchet' } }
    expect(formatNpz(entries)).toEqual(formatNpz(entries))
    expect(openNpz(formatNpz(entries)).text('note')).toBe('Fréchet')
  })
})

describe('feature files', () => {
  const origin = {
    network: 'i3d-kinetics-400',
    preprocessing: 'squash-half-pixel',
    batchNormEpsilon: 1e-3,
    digest: 'ab',
    title: 'x',
  }

  test('.npy and .npz come back; .npz with clips and origin', async () => {
    const features = { ...randomFeatures(1, 6, 4), clipOfRow: Int32Array.of(0, 0, 1, 1, 7, 7) }
    await writeFeatureFile(join(folder, 'a.npy'), features, origin)
    await writeFeatureFile(join(folder, 'a.npz'), features, origin)
    const npy = await readFeatureFile(join(folder, 'a.npy'))
    expect(npy.features.data).toEqual(features.data)
    expect(npy.origin).toBeUndefined()
    const npz = await readFeatureFile(join(folder, 'a.npz'))
    expect(npz).toEqual({ features, origin })
    expect((await readdir(folder)).filter((name) => name.includes('.part'))).toEqual([])
  })

  test('clean-fid’s feats are found', async () => {
    await writeFile(join(folder, 'feats.npz'), bytesOf(files.npz.feats))
    const { features } = await readFeatureFile(join(folder, 'feats.npz'))
    expect([features.rows, features.dimension]).toEqual([2, 3])
  })

  test('NaN, a vector, statistics and a missing file are refused by name', async () => {
    const path = join(folder, 'bad.npy')
    await writeFile(path, formatNpy({ data: Float32Array.of(1, 2, 3, Number.NaN), shape: [2, 2] }))
    await expect(readFeatureFile(path)).rejects.toThrow(`${path}: expected finite values; found NaN at row 1, column 1`)
    await writeFile(path, formatNpy({ data: Float32Array.of(1, 2), shape: [2] }))
    await expect(readFeatureFile(path)).rejects.toThrow('expected features of shape (N, D); found (2)')
    await writeFile(join(folder, 'stats.npz'), bytesOf(files.npz.savez))
    await expect(readFeatureFile(join(folder, 'stats.npz'))).rejects.toThrow('found statistics (mu, sigma)')
    await expect(readFeatureFile(join(folder, 'none.npy'))).rejects.toMatchObject({ code: 'not-found' })
    await expect(readFeatureFile(folder)).rejects.toMatchObject({ code: 'not-readable' })
  })

  test('an archive packed from rows on disk is what is written from memory', async () => {
    const features = { ...sineFeatures(), clipOfRow: Int32Array.from({ length: 60 }, (_, row) => row >> 2) }
    const origin = { network: 'i3d-kinetics-400', preprocessing: 'squash-tf1', batchNormEpsilon: 1e-3, digest: 'ab' }
    await writeFeatureFile(join(folder, 'rows.npy'), features)
    const packed = join(folder, 'packed.npz')
    await archiveFeatures(packed, join(folder, 'rows.npy'), features.clipOfRow, origin)
    await writeFeatureFile(join(folder, 'whole.npz'), features, origin)
    expect(await readFeatureFile(packed)).toEqual(await readFeatureFile(join(folder, 'whole.npz')))
    // Many blocks: what is written waits for the disk, and nobody is left listening for that.
    const warned = vi.fn<() => void>()
    process.on('warning', warned)
    const many = randomFeatures(1, 4000, 2048)
    await writeFeatureFile(join(folder, 'many.npy'), { ...many, data: Float32Array.from(many.data) })
    await archiveFeatures(packed, join(folder, 'many.npy'), new Int32Array(4000), origin)
    const { features: back } = await readFeatureFile(packed)
    for (const i of [0, 5_000_000, 8_191_999]) expect(back.data[i]).toBe(Math.fround(many.data[i]))
    await new Promise((resolve) => setImmediate(resolve))
    process.off('warning', warned)
    expect(warned).not.toHaveBeenCalled()
    const stopped = archiveFeatures(packed, join(folder, 'many.npy'), [], origin, AbortSignal.abort(new Error('stop')))
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' })
    await expect(archiveFeatures(packed, join(folder, 'no-rows.npy'), [], origin)).rejects.toMatchObject({
      code: 'not-readable',
    })
    await expect(archiveFeatures(packed, folder, [], origin)).rejects.toMatchObject({ code: 'not-readable' })
    expect(await readFeatureFile(packed)).toMatchObject({ origin })
    await writeFile(join(folder, 'no-folder'), '')
    const blocked = join(folder, 'no-folder', 'a.npz')
    await expect(archiveFeatures(blocked, join(folder, 'rows.npy'), [], origin)).rejects.toMatchObject({
      code: 'write-failed',
    })
    expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([])
  })

  test('a folder that cannot be written is a typed error and leaves nothing', async () => {
    await writeFile(join(folder, 'file'), '')
    await expect(writeFeatureFile(join(folder, 'file', 'a.npy'), sineFeatures())).rejects.toMatchObject({
      code: 'write-failed',
    })
  })
})

describe('statistics files', () => {
  async function gaussianOf(features = sineFeatures(), ddof: 0 | 1 = 1) {
    const statistics = new FeatureStatistics(features.dimension)
    await statistics.add(features.data)
    return statistics.gaussian(ddof)
  }

  test('come back with count and divisor; foreign ones without', async () => {
    const statistics = await gaussianOf()
    const path = join(folder, 's.npz')
    await writeStatisticsFile(path, statistics)
    expect((await readStatisticsFile(path)).statistics).toEqual(statistics)
    await writeFile(path, bytesOf(files.npz.savez))
    const foreign = await readStatisticsFile(path)
    expect(foreign.statistics).toMatchObject({ dimension: 2, count: undefined, ddof: undefined })
  })

  test('shapes that do not fit and NaN are refused', async () => {
    const path = join(folder, 'odd.npz')
    await writeFile(
      path,
      formatNpz({ mu: { data: new Float64Array(3), shape: [3] }, sigma: { data: new Float64Array(4), shape: [2, 2] } }),
    )
    await expect(readStatisticsFile(path)).rejects.toThrow('expected mu (D) and sigma (D, D); found (3) and (2, 2)')
    await writeFile(
      path,
      formatNpz({
        mu: { data: new Float64Array(2), shape: [2] },
        sigma: { data: Float64Array.of(1, 0, Number.NaN, 1), shape: [2, 2] },
      }),
    )
    await expect(readStatisticsFile(path)).rejects.toThrow('found NaN at row 1, column 0')
    await writeFeatureFile(path.replace('.npz', '.npy'), sineFeatures())
    await expect(readStatisticsFile(path.replace('.npz', '.npy'))).rejects.toThrow('expected an .npz with mu and sigma')
  })

  test('a shard’s unfinished statistics go on in another process', async () => {
    const { data } = randomFeatures(1, 40, 5)
    const whole = new FeatureStatistics(5)
    await whole.add(data)
    const shard = new FeatureStatistics(5)
    await shard.add(data.subarray(0, 60))
    const restored = parsePartialStatistics(formatPartialStatistics(shard))
    const rest = new FeatureStatistics(5)
    await rest.add(data.subarray(60))
    restored.merge(rest)
    expect(restored.count).toBe(40)
    restored.covariance(1).forEach((value, k) => expect(value).toBeCloseTo(whole.covariance(1)[k], 14))
  })
})

describe('named reference statistics', () => {
  const save = async (recipe: string) => {
    const statistics = new FeatureStatistics(400)
    await statistics.add(randomFeatures(1, 900, 400).data)
    return saveReferenceStatistics(folder, 'ssv2-val', 'fvd', recipe, statistics.gaussian(1), { digest: 'ab' })
  }

  test('serve every recipe with the same features, under its own divisor, and refuse the others', async () => {
    const path = await save('stylegan-v')
    expect(path).toContain('ssv2-val.i3d-kinetics-400.squash-half-pixel.bneps-0.001.npz')
    const { statistics } = await openReferenceStatistics(path, 'fvd', 'stylegan-v')
    expect(statistics.ddof).toBe(0)
    const generated = randomFeatures(2, 900, 400)
    const byFile = await fvd(generated, statistics, 'stylegan-v')
    expect(byFile.value).toBeCloseTo((await fvd(generated, randomFeatures(1, 900, 400), 'stylegan-v')).value, 9)
    await expect(openReferenceStatistics(path, 'fvd', 'cd-fvd')).rejects.toThrow(
      'expected features of batchNormEpsilon 0.00001; found 0.001',
    )
    await expect(openReferenceStatistics(path, 'fvd', 'tf-original')).rejects.toThrow(
      'expected features of preprocessing squash-tf1; found squash-half-pixel',
    )
    await expect(openReferenceStatistics(path, 'fid', 'pytorch-fid')).rejects.toThrow(
      'expected features of network inception-2015-12-05',
    )
    await expect(openReferenceStatistics(path, 'kvd', 'full')).rejects.toThrow('expected features; found statistics')
  })

  test('are found by name for the recipe that is asked for, or it is said for which others they are there', async () => {
    const path = await save('stylegan-v')
    expect(await findReferenceStatistics(folder, 'ssv2-val', 'fvd')).toBe(path)
    await expect(findReferenceStatistics(folder, 'ssv2-val', 'fvd', 'tf-original')).rejects.toThrow(
      "expected statistics 'ssv2-val' for the recipe tf-original (i3d-kinetics-400.squash-tf1.bneps-0.001); found them of i3d-kinetics-400.squash-half-pixel.bneps-0.001",
    )
    await expect(findReferenceStatistics(folder, 'ssv2', 'fvd')).rejects.toMatchObject({ code: 'not-found' })
    await expect(findReferenceStatistics(join(folder, 'nowhere'), 'ssv2-val', 'fvd')).rejects.toThrow('none there')
  })

  test('a foreign file needs a named recipe and the right dimension', async () => {
    const path = join(folder, 'foreign.npz')
    await writeFile(path, bytesOf(files.npz.savez))
    await expect(openReferenceStatistics(path, 'fid')).rejects.toThrow('or a recipe named by the caller')
    await expect(openReferenceStatistics(path, 'fid', 'pytorch-fid')).rejects.toThrow(
      'expected 2048 dimensions, those of inception-2015-12-05; found 2',
    )
  })

  test('a name with a path in it is refused', async () => {
    await expect(
      saveReferenceStatistics(folder, '../x', 'fvd', undefined, {
        dimension: 400,
        mean: new Float64Array(400),
        covariance: new Float64Array(160000),
      }),
    ).rejects.toThrow("found '../x'")
  })
})

describe('distance', () => {
  test('what the origins say against the comparison stands beside the score', async () => {
    const from = { ...origin('squash-half-pixel'), digest: 'a', excluded: [0], clips: 20, failed: 0 }
    const a = { data: randomFeatures(1, 20, 400), origin: from }
    const b = { data: randomFeatures(2, 20, 400), origin: from }
    const quick = { metrics: ['fvd'], interval: false, extrapolation: false, influential: 0 } as const
    const warnings = async (other: object): Promise<string> => {
      const [score] = await distance(a, { ...b, origin: { ...from, ...other } }, quick)
      return score.warnings?.join('; ') ?? ''
    }
    expect(await warnings({})).not.toMatch(/left out|tensors|failed|by hand/)
    expect(await warnings({ excluded: [] })).toContain(
      "frames left out of each clip: 0 in the generated features, none in the reference's",
    )
    expect(await warnings({ digest: 'b' })).toContain('networks of other tensors')
    expect(await warnings({ failed: 3 })).toContain('the reference features are of 20 clips; 3 failed')
    expect(await warnings({ unverified: true })).toContain('the network of the reference features was given by hand')
  })

  test('where neither a file nor the caller says which recipe it is, the score says so', async () => {
    const [a, b] = [{ data: randomFeatures(1, 20, 400) }, { data: randomFeatures(2, 20, 400) }]
    const quick = { interval: false, extrapolation: false, influential: 0 } as const
    const [taken] = await distance(a, b, { metrics: ['fvd'], ...quick })
    expect(taken.warnings).toContainEqual(expect.stringContaining('taken for those of stylegan-v'))
    const [named] = await distance(a, b, { metrics: ['fvd'], recipes: { fvd: 'stylegan-v' }, ...quick })
    expect(named.warnings?.join()).not.toContain('taken for')
  })

  const origin = (preprocessing: string) => ({ network: 'i3d-kinetics-400', preprocessing, batchNormEpsilon: 1e-3 })

  test('gives a Score for each metric, in order, from files', async () => {
    const a = join(folder, 'g.npz')
    const b = join(folder, 'r.npy')
    await writeFeatureFile(a, sineFeatures())
    await writeFeatureFile(b, cosineFeatures())
    const scores = await distance(await readDistanceSide(a), await readDistanceSide(b), {
      metrics: ['kvd', 'fvd'],
      recipes: { fvd: 'tf-original' },
      anyDimension: true,
      interval: { resamples: 50 },
    })
    expect(scores.map(({ metric, recipe }) => `${metric} ${recipe}`)).toEqual(['kvd full', 'fvd tf-original'])
    expect(scores[0].value).toBeCloseTo(0.3556129612, 9)
    expect(scores[1].value).toBeCloseTo(2.9032036438, 9)
    expect(scores[1].signature).toBe(
      'fvd|recipe:tf-original|network:i3d-kinetics-400|resize:squash-tf1|range:2x/255-1|bneps:0.001|dtype:float64-of-float32' +
        '|covariance:1/(N-1)|root:eigenvalues-from-1e-10|dimension:8|rows:60/60|v:1',
    )
    expect(scores[0].n).toBe(60)
    expect(JSON.parse(JSON.stringify(scores))).toEqual(scores)
  })

  test('statistics do for FVD, without an interval, and not for KVD', async () => {
    const path = join(folder, 'gs.npz')
    const statistics = new FeatureStatistics(8)
    await statistics.add(sineFeatures().data)
    await writeStatisticsFile(path, statistics.gaussian(1))
    const side = await readDistanceSide(path)
    const [score] = await distance(side, { data: cosineFeatures() }, { metrics: ['fvd'], anyDimension: true })
    expect(score.value).toBeCloseTo(2.8566904302, 9)
    expect(score.interval).toBeNull()
    expect(score.warnings).toContain('no interval: statistics hold no clips')
    await expect(distance(side, { data: cosineFeatures() }, { metrics: ['kvd'], anyDimension: true })).rejects.toThrow(
      'expected features of the generated side; found statistics',
    )
  })

  test('refuses another recipe’s features, another dimension, no metric and an unknown one', async () => {
    const wrong = { data: randomFeatures(1, 9, 400), origin: origin('squash-tf1') }
    await expect(distance(wrong, wrong, { metrics: ['fvd'] })).rejects.toThrow(
      'fvd: generated: expected features of preprocessing squash-half-pixel; found squash-tf1',
    )
    await expect(distance({ data: sineFeatures() }, { data: sineFeatures() }, { metrics: ['fid'] })).rejects.toThrow(
      'expected 2048 dimensions, those of inception-2015-12-05; found 8',
    )
    await expect(distance(wrong, wrong, { metrics: [] })).rejects.toThrow('expected at least one metric')
    await expect(distance(wrong, wrong, { metrics: ['psnr'] })).rejects.toThrow(
      "expected one of the metrics fid, kid, fvd, kvd; found 'psnr'",
    )
  })
})
