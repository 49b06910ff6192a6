import { fileError } from '@kinemetric/files'
import { readFrames } from '@kinemetric/video'
import { expect, test } from 'vitest'
import { clipError, clipTrouble } from '../../src/index.ts'

const reasonOf = (error: unknown) => clipTrouble('a', error, 'reference-unreadable')?.reason

test('an error about a clip is its failure, under its own code, and names the file without its folder', () => {
  const error = clipError('wrong-size', '/home/me/clips/a/mask.mkv', { expected: '48×64', found: '50×64' })
  const message = 'mask.mkv: expected 48×64, found 50×64'
  expect(clipTrouble('a', error, 'reference-unreadable')).toEqual({ clip: 'a', reason: 'wrong-size', message })
  expect(clipTrouble('a', clipError('empty', '', 'no frames'), 'reference-unreadable')?.message).toBe('no frames')
})

test('what a video can have wrong is a reason of its own, or says which side could not be read', async () => {
  const absent = await readFrames('/nowhere/a.mkv').catch((error: unknown) => error)
  expect(reasonOf(absent)).toBe('reference-unreadable')
  expect(clipTrouble('a', absent, 'generated-unreadable')).toMatchObject({
    reason: 'generated-unreadable',
    message: /^a\.mkv: expected /,
  })
})

test('what is no fault of the clip ends the run', () => {
  expect(reasonOf(fileError('disk-full', 'x', 'no space left'))).toBeUndefined()
  expect(reasonOf(new TypeError('a bug'))).toBeUndefined()
  expect(reasonOf(undefined)).toBeUndefined()
})
