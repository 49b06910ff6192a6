import { cp, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { canonicalJson, filesBelow, hashFile } from '@kinemetric/files'
import { seededRandom } from '@kinemetric/metrics'
import { bundleSchema } from '@kinemetric/records'
import { beforeEach, describe, expect, test } from 'vitest'
import { formatSums, parseSums } from '../src/bundle/checksums.ts'
import { mediaOf } from '../src/bundle/media-choice.ts'
import { FeatureCache, publishResults, type PublishOptions, verifyBundle, type VerifiedBundle } from '../src/index.ts'
import { resultsWithFeatures, shortTexts } from './published-results.ts'

const { root, results, cache } = await resultsWithFeatures()
const store = new FeatureCache(cache, undefined, () => undefined)
const whole = join(root, 'whole')
const copy = join(root, 'copy')

const publish = (out: string, more: Partial<PublishOptions> = {}) =>
  publishResults(results, { out, store, texts: shortTexts, ...more })
const verify = (pairs = false): Promise<VerifiedBundle> => verifyBundle(copy, { pairs, texts: shortTexts })
const wrongOf = async () => (await verify()).wrong.map(({ file, what }) => `${file}: ${what}`)

const published = await publish(whole)

beforeEach(async () => {
  await rm(copy, { recursive: true, force: true })
  await cp(whole, copy, { recursive: true })
})

/** As whoever changes a file and knows of the checksums. */
async function sumAgain(): Promise<void> {
  const sums = new Map<string, string>()
  for (const { path } of await filesBelow(copy))
    if (path !== 'SHA256SUMS') sums.set(path, await hashFile(join(copy, path)))
  await writeFile(join(copy, 'SHA256SUMS'), formatSums(sums))
}

describe('publish', () => {
  test('what it wrote holds, with everything that can be made anew, from a machine without any cache', async () => {
    const { wrong, unchecked, records } = await verify(true)
    expect(wrong).toEqual([])
    expect(records).toBe(2)
    expect(unchecked.map(({ what }) => what)).toEqual(['frames', 'frames'])
  })

  test('both records share the reference’s rows', () => {
    const [near, far] = published.bundle.features
    expect(published.bundle.features).toHaveLength(2)
    expect(near.reference).toBe(far.reference)
    expect(near.generated).not.toBe(far.generated)
  })

  test('the same results give the same bytes, in place of an earlier bundle too', async () => {
    const again = join(root, 'again')
    await publish(again)
    await publish(again)
    const sums = await Promise.all([whole, again].map((folder) => readFile(join(folder, 'SHA256SUMS'), 'utf8')))
    expect(sums[1]).toBe(sums[0])
    expect(await readdir(again)).toEqual(await readdir(whole))
  })

  test('a distance without its rows is told, not wrong', async () => {
    const bare = join(root, 'bare')
    const { bundle, unchecked } = await publish(bare, { features: 'none' })
    expect(bundle.features).toEqual([])
    expect(bundle.leftOut).toEqual([
      expect.stringContaining('features of small-48x64/far'),
      expect.stringContaining('near'),
    ])
    expect(unchecked.map(({ what }) => what)).toContain('fvd:stylegan-v')
    const { wrong } = await verifyBundle(bare, { pairs: true, texts: shortTexts })
    expect(wrong).toEqual([])
  })

  test('of very many rows mean and covariance stand for them: the value has the same bits, and no interval is made', async () => {
    const many = await resultsWithFeatures(60)
    const out = join(many.root, 'statistics')
    const { bundle } = await publishResults(many.results, {
      out,
      store: new FeatureCache(many.cache, undefined, () => undefined),
      texts: shortTexts,
      features: 'statistics',
    })
    expect(bundle.features.map(({ kind }) => kind)).toEqual(['statistics', 'statistics'])
    expect(bundle.features[0].reference).toBe(bundle.features[1].reference)
    const { wrong, unchecked, held } = await verifyBundle(out, { texts: shortTexts })
    expect(wrong).toEqual([])
    expect(unchecked.map(({ what }) => what)).toContain('interval of fvd:stylegan-v')
    expect(unchecked.map(({ what }) => what)).not.toContain('fvd:stylegan-v')
    // Another number in the mean of the reference is found by both values.
    const path = join(out, bundle.features[0].reference)
    const bytes = await readFile(path)
    const at = bytes.indexOf('NUMPY') + 127
    bytes.writeDoubleLE(bytes.readDoubleLE(at) + 0.01, at)
    await writeFile(path, bytes)
    const again = await verifyBundle(out, { texts: shortTexts })
    expect(again.wrong.length).toBeGreaterThan(1)
    expect(again.held).toBeLessThan(held)
  })

  test('a folder of something else, one among the results and the results themselves are refused', async () => {
    const other = join(root, 'other')
    await mkdir(other, { recursive: true })
    await writeFile(join(other, 'thesis.tex'), 'years of work')
    await expect(publish(other)).rejects.toMatchObject({ code: 'bad-output', found: 'other files (thesis.tex)' })
    await expect(publish(join(results, 'bundle'))).rejects.toMatchObject({ code: 'bad-output' })
    await expect(publishResults(join(copy, 'results'), { out: copy, store, texts: shortTexts })).rejects.toMatchObject({
      code: 'bad-output',
    })
    expect(await readFile(join(other, 'thesis.tex'), 'utf8')).toBe('years of work')
  })

  test('what fails leaves the earlier bundle and nothing half done', async () => {
    const before = await readFile(join(copy, 'SHA256SUMS'), 'utf8')
    await expect(publish(copy, { texts: () => Promise.reject(new Error('no card')) })).rejects.toThrow('no card')
    expect(await readFile(join(copy, 'SHA256SUMS'), 'utf8')).toBe(before)
    expect((await readdir(root)).filter((name) => name.includes('partial'))).toEqual([])
  })

  test('a record that says other than its values is not published', async () => {
    const edited = join(root, 'edited')
    await cp(results, edited, { recursive: true })
    const path = join(edited, 'small-48x64', 'near.json')
    await writeFile(
      path,
      (await readFile(path, 'utf8')).replace(/"value": (\d)/, (_, digit) => `"value": ${(Number(digit) % 9) + 1}`),
    )
    await expect(publishResults(edited, { out: join(root, 'never'), store, texts: shortTexts })).rejects.toMatchObject({
      code: 'bad-results',
    })
    await writeFile(path, '{"schema": "kinemetric/record@1"}')
    await expect(publishResults(edited, { out: join(root, 'never'), store, texts: shortTexts })).rejects.toMatchObject({
      code: 'bad-results',
    })
    await expect(stat(join(root, 'never'))).rejects.toThrow('ENOENT')
  })

  test('videos of data that may not be passed on are never in, whatever is asked for', () => {
    for (const choice of ['none', 'own'] as const)
      for (const protocol of ['ssv2-256x384', 'interdyn-256x256'])
        expect(mediaOf(protocol, choice)).toMatchObject({ included: false, data: ['something-something-v2'] })
    expect(mediaOf('physics-256x384', 'none').included).toBe(false)
    expect(mediaOf('physics-256x384', 'own').included).toBe(true)
    expect(mediaOf('my-own', 'own')).toMatchObject({ included: true, data: [] })
  })
})

describe('verify of a bundle', () => {
  test('files that are missing, changed or not named', async () => {
    await rm(join(copy, 'results/small-48x64/far.parquet'))
    await writeFile(join(copy, 'README.md'), 'the best of all methods')
    await writeFile(join(copy, 'results/small-48x64/film.mp4'), 'film')
    expect(await wrongOf()).toEqual(
      expect.arrayContaining([
        'results/small-48x64/far.parquet: file',
        'README.md: checksum',
        'README.md: text',
        'results/small-48x64/film.mp4: file',
        'small-48x64/far: table',
      ]),
    )
  })

  test('a link, behind which nothing is read', async () => {
    await rm(join(copy, 'results/small-48x64/far.json'))
    await symlink(join(whole, 'results/small-48x64/far.json'), join(copy, 'results/small-48x64/far.json'))
    const { wrong, unchecked, records } = await verify()
    expect(wrong).toContainEqual({
      file: 'results/small-48x64/far.json',
      what: 'file',
      message: 'expected a plain file, found a link',
    })
    expect(unchecked.map(({ file }) => file)).toEqual(['results'])
    expect(records).toBe(0)
  })

  test('checksums of paths that lead out, twice named, and lines that are none', async () => {
    const path = join(copy, 'SHA256SUMS')
    const lines = await readFile(path, 'utf8')
    const sha256 = '0'.repeat(64)
    await writeFile(
      path,
      `${lines}${sha256}  ../../etc/passwd\n${sha256}  /etc/passwd\n${lines.split('\n')[0]}\nnothing\n`,
    )
    const { wrong } = await verify()
    expect(wrong.filter(({ what }) => what === 'checksums')).toHaveLength(4)
    expect(wrong.map(({ message }) => message).join()).toContain(
      'expected a path inside the bundle, found ../../etc/passwd',
    )
    await rm(path)
    expect(await wrongOf()).toEqual(['SHA256SUMS: checksums'])
  })

  test('a bundle of a later format says what to do; one that is none, what was found', async () => {
    const path = join(copy, 'bundle.json')
    const text = await readFile(path, 'utf8')
    await writeFile(
      path,
      text.replace('kinemetric/bundle@1', 'kinemetric/bundle@7').replace(/"version": "[^"]*"/, '"version": "9.1.0"'),
    )
    await expect(verify()).rejects.toMatchObject({ code: 'newer-bundle', found: 'format 7, made by kinemetric 9.1.0' })
    await expect(verify()).rejects.toThrow('npm install kinemetric@9.1.0')
    await writeFile(path, '{"schema": "something/else@1"}')
    expect(await wrongOf()).toContain('bundle.json: what it says')
  })

  test('a record that is exchanged with its checksums, and text that its records do not give', async () => {
    const path = join(copy, 'results/small-48x64/near.json')
    await writeFile(path, (await readFile(path, 'utf8')).replace(/"cpu": "[^"]*"/, '"cpu": "a faster one"'))
    await writeFile(join(copy, 'README.md'), '# the best of all methods')
    await sumAgain()
    expect(await wrongOf()).toEqual(
      expect.arrayContaining(['bundle.json: record results/small-48x64/near.json', 'README.md: text']),
    )
  })

  test('rows of features that were changed, with their checksum', async () => {
    const [{ generated }] = published.bundle.features
    const path = join(copy, generated)
    const bytes = await readFile(path)
    const at = bytes.indexOf('NUMPY') + 127
    bytes.writeFloatLE(bytes.readFloatLE(at) + 1, at)
    await writeFile(path, bytes)
    await sumAgain()
    const { wrong } = await verify()
    expect(wrong.length).toBeGreaterThan(0)
  })
})

describe('faults', () => {
  const trials = process.env.KINEMETRIC_FULL === '1' ? 150 : 50

  test(`${trials} single bytes anywhere in the bundle are each found`, async () => {
    const random = seededRandom(15)
    const files = (await filesBelow(copy)).map(({ path }) => path)
    const missed: string[] = []
    for (let trial = 0; trial < trials; trial++) {
      const name = files[trial % files.length]
      const path = join(copy, name)
      const bytes = await readFile(path)
      const changed = Buffer.from(bytes)
      const at = Math.floor(random.next() * bytes.length)
      changed[at] ^= 1 << Math.floor(random.next() * 8)
      await writeFile(path, changed)
      if (!(await isFound())) missed.push(`${name} at ${at}`)
      await writeFile(path, bytes)
    }
    expect(missed).toEqual([])
  })

  test(`${trials} single values of what JSON files say are each found, in their own form`, async () => {
    const random = seededRandom(16)
    const files = (await filesBelow(copy)).map(({ path }) => path).filter((path) => path.endsWith('.json'))
    const missed: string[] = []
    for (let trial = 0; trial < trials; trial++) {
      const name = files[trial % files.length]
      const path = join(copy, name)
      const text = await readFile(path, 'utf8')
      const value: unknown = JSON.parse(text)
      const said = changeOne(value, () => random.next())
      await writeFile(path, canonicalJson(value))
      if (!(await isFound())) missed.push(`${name}: ${said}`)
      await writeFile(path, text)
    }
    expect(missed).toEqual([])
  })

  test('a number of a score that is changed with all checksums is found by what it is of', async () => {
    const missed: string[] = []
    const path = join(copy, 'results/small-48x64/near.json')
    const text = await readFile(path, 'utf8')
    for (const name of ['value', 'low', 'high', 'n'])
      for (const [place] of text.matchAll(new RegExp(`"${name}": [-\\d.e]+`, 'g'))) {
        const number = Number(place.split(' ')[1])
        const inScores = text.indexOf(place) > text.indexOf('"scores"')
        if (!inScores || !/"(value|n)"/.test(place)) continue
        await writeFile(path, text.replace(place, `"${name}": ${number + 1}`))
        const bundle = bundleSchema.parse(JSON.parse(await readFile(join(whole, 'bundle.json'), 'utf8')))
        bundle.records = await Promise.all(
          bundle.records.map(async (each) => ({ ...each, sha256: await hashFile(join(copy, each.path)) })),
        )
        await writeFile(join(copy, 'bundle.json'), canonicalJson(bundle))
        await rm(join(copy, 'results/small-48x64/comparisons.json'), { force: true })
        await sumAgain()
        const { wrong } = await verify(true)
        if (!wrong.some(({ file }) => file === 'small-48x64/near')) missed.push(place)
      }
    expect(missed).toEqual([])
  })
})

async function isFound(): Promise<boolean> {
  try {
    return (await verify()).wrong.length > 0
  } catch (error) {
    // A format that is called a later one.
    if (error instanceof Error && 'code' in error && error.code === 'newer-bundle') return true
    throw error
  }
}

/** Changes one number, text or truth somewhere in a value. @returns what, in words */
function changeOne(value: unknown, random: () => number): string {
  const places: { of: Record<string, unknown>; name: string }[] = []
  const walk = (of: unknown) => {
    if (typeof of !== 'object' || of === null) return
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of JSON
    const own = of as Record<string, unknown>
    for (const [name, each] of Object.entries(own))
      if (typeof each === 'object' && each !== null) walk(each)
      else if (each !== null) places.push({ of: own, name })
  }
  walk(value)
  const { of, name } = places[Math.floor(random() * places.length)]
  const old = of[name]
  of[name] = typeof old === 'number' ? old + 1 : typeof old === 'boolean' ? !old : `${String(old)}x`
  return `${name}: ${String(old)} became ${String(of[name])}`
}

test('checksums are lines that sha256sum reads', () => {
  const sums = new Map([
    ['b/c', 'b'.repeat(64)],
    ['a b', 'a'.repeat(64)],
  ])
  const text = formatSums(sums)
  expect(text).toBe(`${'a'.repeat(64)}  a b\n${'b'.repeat(64)}  b/c\n`)
  expect(parseSums(text)).toEqual({ sums: new Map([...sums].toReversed()), bad: [] })
  expect(parseSums(text.slice(0, -1)).bad).toEqual(['its last line has no end'])
  for (const path of ['../a', '/a', 'a/../b', 'a//b', './a', 'C:/a', 'a\\b', 'a/'])
    expect(parseSums(`${'a'.repeat(64)}  ${path}\n`).bad).toHaveLength(1)
})
