import { describe, expect, test } from 'vitest'
import { readFrames, usualFrames } from '../../../site/src/client/clip/figure/figure-sheet.ts'
import { editDistance, nearestIds } from '../../../site/src/client/clip/page/nearest-ids.ts'
import { listOf } from '../../../site/src/client/clip/page/walked-list.ts'
import type { PlayerClip } from '../../../site/src/client/clip/player/player-clip.ts'
import {
  pairOf,
  readPlayerState,
  usualTiles,
  writePlayerState,
} from '../../../site/src/client/clip/player/player-state.ts'
import { frameOf } from '../../../site/src/client/clip/player/playing.ts'
import { skipWords, valuesWords } from '../../../site/src/client/clip/player/player-words.ts'
import { answerWords, frameWords, problemWords } from '../../../site/src/client/clip/tile-words.ts'
import { writeAddress } from '../../../site/src/client/address/address.ts'
import { AddressReader } from '../../../site/src/client/address/read-values.ts'

const side = (key: string, trivial = false) => ({
  key,
  name: key.toUpperCase(),
  series: 1,
  trivial,
  video: { address: `${key}.mp4`, facts: null },
  why: '',
  hasTracks: false,
})
const clip: PlayerClip = {
  id: '7',
  frames: 14,
  excluded: [0],
  size: [256, 384],
  sides: [side('reference'), side('control'), side('static', true), side('seer'), side('interdyn')],
  curves: [
    {
      key: 'lpips',
      label: 'LPIPS',
      unit: '',
      better: 'lower',
      decimals: 3,
      bySide: new Map([
        ['seer', [Number.NaN, 0.25, 0.5]],
        ['interdyn', [Number.NaN, 0.125, Number.NaN]],
      ]),
      ofClip: new Map([['seer', 0.375]]),
    },
  ],
  loadTracks: () => Promise.resolve(new Map()),
}
const usual = usualTiles(clip, { methods: 2, control: true })

describe('the player’s state in an address', () => {
  test('tiles where the address names none: those named, then methods that model something', () => {
    expect(usual).toEqual(['control', 'seer', 'interdyn'])
    expect(usualTiles(clip, { methods: 1, control: false })).toEqual(['seer'])
    expect(usualTiles(clip, { methods: 2, control: false }, ['static', 'interdyn'])).toEqual(['static', 'interdyn'])
  })

  test.each([
    '',
    '?m=interdyn,seer&t=9&l=4-9&v=wipe&w=37&z=4@61,40&s=0.5&on=tracks,points',
    '?v=difference&g=8',
    '?m=control,interdyn&z=2@0,100',
  ])('%s is read and written back', (search) => {
    const reader = new AddressReader(search)
    const state = readPlayerState(reader, clip, usual)
    expect(reader.unknown).toEqual([])
    expect(writeAddress(writePlayerState(state, usual))).toBe(search)
  })

  test('what is unknown or out of range is told, and the rest kept', () => {
    const reader = new AddressReader('?m=interdyn,foo&t=14&l=9-4&v=upside&w=101&g=0&z=3@1,1&s=9&on=tracks,bar')
    expect(writePlayerState(readPlayerState(reader, clip, usual), usual)).toEqual({ m: 'interdyn', on: 'tracks' })
    expect(reader.unknown).toEqual(['foo', 't=14', 'l=9-4', 'upside', 'w=101', 'g=0', 'z=3@1,1', '9', 'bar'])
  })

  test('the pair that is laid over each other', () => {
    expect(pairOf(['control', 'seer', 'interdyn'])).toEqual({ left: 'seer', right: 'interdyn' })
    expect(pairOf(['seer'])).toEqual({ left: 'seer', right: 'reference' })
    expect(pairOf(['control'])).toEqual({ left: 'control', right: 'reference' })
    expect(pairOf([])).toBeNull()
  })
})

function shown(frame: number | null) {
  return { frame, told: true }
}

describe('what a player says', () => {
  test('the frame, with what is known of it', () => {
    expect(frameWords(9, 14, 3, true)).toBe('frame 9 of 13')
    expect(frameWords(9, 14, 3, false)).toBe('frame 9 (asked)')
    expect(frameWords(9, 14, 0, true)).toBe('frame 9 (no picture)')
  })

  test('values of the tiles that have any', () => {
    const [curve] = clip.curves
    expect(valuesWords(clip, curve, usual, 1)).toBe('LPIPS SEER 0.2500, INTERDYN 0.1250')
    expect(valuesWords(clip, curve, usual, 2)).toBe('LPIPS SEER 0.5000, INTERDYN none')
    expect(valuesWords(clip, curve, usual, 0)).toBe('LPIPS: this frame is not scored')
    expect(valuesWords(clip, curve, ['static'], 1)).toBe('')
    expect(valuesWords(clip, null, usual, 1)).toBe('')
  })

  test('what stands in place of a picture', () => {
    const times = { frames: 9, fps: 7, middleOf: () => 0, frameAt: () => 0 }
    expect(answerWords({ times, canSeek: true }, 5, shown(5), 14)).toBe('')
    expect(answerWords({ times, canSeek: true }, 9, shown(8), 14)).toBe(
      'This video ends at frame 8: it has 9 of 14 frames.',
    )
    expect(answerWords({ times, canSeek: false }, 5, shown(0), 14)).toContain('the server sends no byte ranges')
    expect(answerWords({ times, canSeek: true }, 5, shown(4), 14)).toBe('This video stands at frame 4, not 5.')
    expect(answerWords({ times, canSeek: true }, 5, shown(null), 14)).toBe(
      'Frame 5 of this video cannot be shown here.',
    )
    expect(problemWords('missing', false)).not.toBe(problemWords('unreadable', false))
    expect(problemWords('missing', true)).toBe(problemWords('unreadable', true))
  })

  test('how playing falls behind', () => {
    expect(skipWords([1, 1, 1, 1])).toBe('')
    expect(skipWords([2, 2, 2, 2])).toBe('every 2nd frame')
    expect(skipWords([4, 4, 3, 4])).toBe('every 4th frame')
    expect(skipWords([5])).toBe('')
  })
})

describe('playing', () => {
  const loop = { first: 4, last: 9 }
  test('loops within the loop, or ends', () => {
    expect(frameOf(4, 5.9, loop, true)).toBe(9)
    expect(frameOf(4, 6, loop, true)).toBe(4)
    expect(frameOf(7, 4, loop, true)).toBe(5)
    expect(frameOf(4, 6, loop, false)).toBeNull()
  })
})

describe('the list that is walked', () => {
  test('has neighbours, ends, and a way back in', () => {
    const list = listOf([5, 2, 8], true)
    expect(list.place(2)).toEqual({ at: 1, of: 3, previous: 5, next: 8, isChosen: true })
    expect(list.neighbour(8, 1)).toBeNull()
    expect(list.neighbour(77, 1)).toBe(5)
    expect(listOf([], true).neighbour(1, 1)).toBeNull()
  })
})

describe('a clip that is not here', () => {
  test('the nearest ids', () => {
    expect(nearestIds('10297', ['102979', '88', '10299', '555'], 2)).toEqual(['102979', '10299'])
    expect(nearestIds('x', [])).toEqual([])
    expect(editDistance('kitten', 'sitting')).toBe(3)
  })
})

describe('frames of a figure', () => {
  test('as lists and ranges', () => {
    expect(readFrames('0, 4, 8-10, 4', 14)).toEqual([0, 4, 8, 9, 10])
    for (const text of ['', '14', '3-1', 'a', '1,,2', '-1']) expect(readFrames(text, 14)).toBeNull()
    expect(usualFrames(14)).toEqual([0, 4, 9, 13])
    expect(usualFrames(1)).toEqual([0])
  })
})
