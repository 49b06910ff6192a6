import { describe, expect, it } from 'vitest'

import { queriesFromJson, tracksFromJson, tracksToJson } from '../../src/index.ts'

describe('tracks.json', () => {
  const queries = [
    { t: 0, x: 1, y: 2 },
    { t: 1, x: 3.25, y: 4 },
  ]
  const tracklets = {
    points: Float32Array.of(1, 2, 1.5, 2.5, 3.2004, 4, 3.25, 4),
    visible: Uint8Array.of(1, 0, 1, 1),
    count: 2,
    length: 2,
  }
  const file = {
    width: 64,
    height: 48,
    queries: [
      [0, 1, 2],
      [1, 3.25, 4],
    ],
    tracks: [
      [
        [1, 2],
        [1.5, 2.5],
      ],
      [
        [3.2, 4],
        [3.25, 4],
      ],
    ],
    visible: [
      [1, 0],
      [1, 1],
    ],
  }

  it('has one row a point, to a thousandth of a pixel', () => {
    expect(tracksToJson(tracklets, queries, { width: 64, height: 48 })).toEqual(file)
    expect(() => tracksToJson(tracklets, queries.slice(1), { width: 64, height: 48 })).toThrow(
      /each of 2 tracklets, found 1/,
    )
  })

  it('reads back', () => {
    const back = tracksFromJson(JSON.parse(JSON.stringify(file)))
    expect(back.queries).toEqual(queries)
    expect(back.tracklets.visible).toEqual(tracklets.visible)
    expect(back.tracklets.points).toEqual(Float32Array.of(1, 2, 1.5, 2.5, 3.2, 4, 3.25, 4))
  })

  it('says what is wrong with a file, and where', () => {
    expect(() => queriesFromJson([])).toThrow(/points.json: expected an object/)
    expect(() => queriesFromJson({})).toThrow(/queries: expected a list, found nothing/)
    expect(() => queriesFromJson({ queries: [[0, 1]] })).toThrow(
      /queries\[0\]: expected a list of 3, found a list of 2/,
    )
    expect(() => queriesFromJson({ queries: [[0, 1, 'x']] })).toThrow(/queries\[0\]\[2\]: expected a number, found "x"/)
    expect(() => tracksFromJson({ ...file, tracks: [file.tracks[0]] })).toThrow(
      /2 rows as queries has, found 1 of tracks/,
    )
    expect(() => tracksFromJson({ ...file, visible: [[1, 0], [1]] })).toThrow(/visible\[1\]: expected a list of 2/)
  })
})
