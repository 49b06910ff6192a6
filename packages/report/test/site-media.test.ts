import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { readRecord, writeRecord, writeTable } from '@kinemetric/records'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseDataScript } from '../src/data-files/container.ts'
import { decodeProtocol, type ProtocolData, type ProtocolHead } from '../src/data-files/protocol-file.ts'
import { hasTracks, thumbAddress, videoAddress } from '../src/data-files/media-address.ts'
import { decodeTracks } from '../src/data-files/tracks-file.ts'
import { buildSite, type MediaPolicy, type SiteOptions } from '../src/index.ts'
import { writeFixtureResults } from './fixture-results.ts'

const protocol = 'interdyn-256x384'

describe('videos of a site', () => {
  const work = mkdtempSync(join(tmpdir(), 'kinemetric-media-test-'))
  const results = join(work, 'results')
  const out = join(work, 'site')
  let ids: string[]

  // The site takes videos as files: it reads of them what their headers say, and these say nothing.
  beforeAll(async () => {
    ids = await writeFixtureResults(results, { clips: 900, videos: false })
    const folder = join(results, protocol)
    mkdirSync(join(folder, 'media'))
    for (const id of ids) writeFileSync(join(folder, 'media', `${id}.mp4`), `video ${id}`)
    writeFileSync(
      join(folder, 'media', 'tracks.json'),
      JSON.stringify({
        width: 192,
        height: 128,
        tracks: [
          [
            [1.5, 2],
            [3, 4.25],
          ],
        ],
        visible: [[1, 0]],
      }),
    )
    for (const method of ['alpha', 'beta', 'static']) {
      const path = join(folder, `${method}.json`)
      const record = await readRecord(path)
      record.media = {
        clips: ids.map((clip) => ({
          clip,
          reference: `media/${clip}.mp4`,
          generated: `media/${clip}.mp4`,
          ...(method === 'beta' ? { tracks: 'media/tracks.json' } : {}),
        })),
      }
      await writeRecord(path, record, { overwrite: true })
    }
  }, 60_000)
  afterAll(() => rmSync(work, { recursive: true, force: true }))

  async function built(media: MediaPolicy, thumbnails?: SiteOptions['thumbnails']) {
    const site = await buildSite(results, out, { media, thumbnails })
    return { site, protocol: readProtocol(join(out, protocol, 'data', 'protocol.js')) }
  }

  test('a sample is 600 clips: 200 by their ids, and those on which methods differ most', async () => {
    const { protocol: data } = await built('sample')
    const own = ids.filter((_, at) => data.mediaOf[data.ids.indexOf(ids[at])] >= 0)
    expect(own).toHaveLength(600)
    expect(data.head.media.why).toMatch(/^Videos of 600 of 901 clips are published here; the numbers of all are\./)
    expect(readdirSync(join(out, protocol, 'media'))).toHaveLength(600)
    expect(readdirSync(join(out, protocol, 'media', own[0])).toSorted()).toEqual([
      'alpha.mp4',
      'beta.mp4',
      'reference.mp4',
      'static.mp4',
      'tracks.js',
    ])
    expect(data.head.media.sets).toHaveLength(1)
    const file = parseDataScript(readFileSync(join(out, protocol, 'media', own[0], 'tracks.js'), 'utf8'))!
    const [track] = decodeTracks({
      head: { ...file.head, clip: own[0] },
      bytes: gunzipSync(Buffer.from(file.packed, 'base64')),
    })
    expect([track.side, [...track.xy], [...track.visible]]).toEqual([3, [1.5, 2, 3, 4.25], [1, 0]])
  }, 60_000)

  test('none are published where none are asked for, and it is said', async () => {
    const { protocol: data } = await built('none')
    expect([data.head.media.clips, data.head.media.why]).toEqual([
      0,
      'No videos are published here; the numbers of all clips are. kinemetric score --previews makes them, kinemetric report build --media all publishes them.',
    ])
    expect(readdirSync(join(out, protocol))).not.toContain('media')
  }, 60_000)

  test('with an address videos lie there, as a site of all of them has them', async () => {
    const { protocol: data } = await built({ address: 'https://media.example.org/ssv2' }, () =>
      Promise.resolve(new Uint8Array([1])),
    )
    expect([data.head.media.base, data.head.media.clips]).toEqual([`https://media.example.org/ssv2/${protocol}/`, 900])
    // What is made of them lies here, of a sample: an index into another site's pictures could name the wrong method, and another site's scripts are not run.
    const own = readdirSync(join(out, protocol, 'media')).filter((name) => name !== 'thumbs.json')
    expect(own).toHaveLength(600)
    expect(readdirSync(join(out, protocol, 'media', own[0])).sort()).toEqual(['thumb.webp', 'tracks.js'])
    const clip = data.ids.indexOf(own[0])
    expect(videoAddress(data, clip, 2)).toBe(`https://media.example.org/ssv2/${protocol}/media/${own[0]}/alpha.mp4`)
    expect(thumbAddress(data, clip, 2)).toEqual({ src: `media/${own[0]}/thumb.webp`, place: 1 })
    expect(hasTracks(data, clip, 3)).toBe(true)
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(
      readFileSync(join(out, protocol, 'clips.html'), 'utf8'),
    )![1]
    expect(policy.split('; ').filter((rule) => rule.includes('https:'))).toEqual([
      "media-src 'self' blob: file: https://media.example.org",
      "connect-src 'self' https://media.example.org",
    ])
  }, 60_000)

  test('thumbnails are made once: a strip whose videos are still these is taken over', async () => {
    rmSync(out, { recursive: true, force: true })
    let made = 0
    const make = (paths: readonly string[]) => {
      made++
      return Promise.resolve(new TextEncoder().encode(paths.join('\n')))
    }
    const { protocol: data } = await built('sample', make)
    expect(made).toBe(600)
    expect(data.head.media.sets.map(({ thumb }) => thumb)).toEqual([[0, 2, 3, 4]])
    const front = readFileSync(join(out, 'index.html'), 'utf8')
    expect(front).toContain('Clips drawn at random (seed 0): the reference above, Alpha below.')
    expect(front.match(/<image /g)).toHaveLength(12)
    // No comparison is of these records: the first method that is not trivial, which is the second of four pictures side by side.
    expect(front).toMatch(/<image href="[^"]*\/thumb\.webp" x="0" width="384" height="64">/)
    expect(front).toMatch(/<image href="[^"]*\/thumb\.webp" x="-96" width="384" height="64">/)
    const again = await built('sample', make)
    expect(again.site.unchanged).toBe(true)
    writeFileSync(
      join(results, protocol, 'media', `${data.ids[data.mediaOf.findIndex((at) => at >= 0)]}.mp4`),
      'another video',
    )
    await built('sample', make)
    expect(made).toBe(601)
  }, 120_000)

  test('a table of one clip, one without a table, and one whose file of values is another thing build', async () => {
    const few = join(work, 'few')
    await writeFixtureResults(few, { clips: 1, videos: false })
    const folder = join(few, protocol)
    rmSync(join(folder, 'alpha.parquet'))
    writeFileSync(join(folder, 'beta.parquet'), 'PAR1 no table PAR1')
    await writeTable(join(folder, 'static.parquet'), [], { overwrite: true })
    const site = await buildSite(few, join(work, 'few-site'))
    expect(site.warnings.filter((text) => text.includes('table of values'))).toHaveLength(2)
    const data = readProtocol(join(work, 'few-site', protocol, 'data', 'protocol.js'))
    expect([data.ids, data.head.metrics]).toEqual([['clip-99'], []])
  }, 60_000)
})

function readProtocol(path: string): ProtocolData {
  const file = parseDataScript(readFileSync(path, 'utf8'))!
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the file of that name has this head
  const head = file.head as ProtocolHead
  return decodeProtocol({ head, bytes: gunzipSync(Buffer.from(file.packed, 'base64')) })
}
