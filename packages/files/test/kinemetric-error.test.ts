import { expect, test } from 'vitest'
import {
  errorsOf,
  fileError,
  isDiskFull,
  isError,
  KinemetricError,
  systemCode,
  systemReason,
  writeError,
} from '../src/index.ts'

const trouble = errorsOf({ truncated: 'unfit', 'bad-option': 'input' })

test('an error says where, what was expected, what was found and what helps, each a field and all one message', () => {
  const cause = new Error('below')
  const said = { expected: '16 frames', found: '15', then: 'record it again' }
  const error = trouble('truncated', '/data/a.mp4', said, { cause, details: { frames: 15 } })
  expect(error).toBeInstanceOf(KinemetricError)
  expect(error).toMatchObject({
    name: 'KinemetricError',
    kind: 'unfit',
    code: 'truncated',
    where: '/data/a.mp4',
    expected: '16 frames',
    found: '15',
    sentence: 'expected 16 frames, found 15; record it again',
    message: '/data/a.mp4: expected 16 frames, found 15; record it again',
    details: { frames: 15 },
    cause,
  })
})

test('an error may be one sentence, and have no place', () => {
  const error = trouble('bad-option', '', 'two options exclude each other')
  expect(error).toMatchObject({ message: 'two options exclude each other', expected: '', found: '', details: {} })
  expect('cause' in error).toBe(false)
})

test('an error is asked for its kind and its code, not for its class', () => {
  const error: unknown = trouble('truncated', 'a', 'is cut off')
  expect(isError(error)).toBe(true)
  expect(isError(error, 'unfit')).toBe(true)
  expect(isError(error, 'input')).toBe(false)
  expect(isError(error, 'unfit', 'wrong-size', 'truncated')).toBe(true)
  expect(isError(error, undefined, 'truncated')).toBe(true)
  expect(isError(error, 'unfit', 'wrong-size')).toBe(false)
  expect(isError(new Error('truncated'))).toBe(false)
  expect(isError('truncated')).toBe(false)
})

test('a code that is not in the package’s table does not compile', () => {
  // @ts-expect-error: misspelt
  expect(trouble('trunkated', 'a', 'is cut off').code).toBe('trunkated')
})

test('an error of writing tells a full disk from others, whatever lies between, and leaves an error of ours as it is', () => {
  const full = Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' })
  expect(writeError('/out/a', full)).toMatchObject({
    kind: 'disk',
    code: 'disk-full',
    message: '/out/a: cannot be written (no space left)',
    cause: full,
  })
  expect(writeError('/out/a', new Error('while encoding', { cause: full })).code).toBe('disk-full')
  const refused = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' })
  expect(writeError('/out/a', refused)).toMatchObject({
    code: 'write-failed',
    message: '/out/a: cannot be written (EACCES)',
  })
  expect(writeError('/out/a', 'no').message).toBe('/out/a: cannot be written (no)')
  const ours = trouble('truncated', 'a', 'is cut off')
  expect(writeError('/out/a', ours)).toBe(ours)
})

test('a full disk is known by the system’s code, by FFmpeg’s words and by our own code', () => {
  for (const code of ['ENOSPC', 'EDQUOT', 'EFBIG'])
    expect(isDiskFull(Object.assign(new Error(code), { code }))).toBe(true)
  expect(isDiskFull(new Error('av_write_frame: No space left on device'))).toBe(true)
  expect(isDiskFull(fileError('disk-full', 'a', 'cannot be written'))).toBe(true)
  expect(isDiskFull(new Error('av_write_frame: Invalid argument'))).toBe(false)
  expect(isDiskFull('ENOSPC')).toBe(false)
  expect(systemCode(Object.assign(new Error('x'), { code: 'ENOENT' }))).toBe('ENOENT')
  expect(systemCode(Object.assign(new Error('x'), { code: 2 }))).toBeUndefined()
  expect(systemCode({ code: 'ENOENT' })).toBeUndefined()
})

test('why something could not be read is said in words, the system’s own text where there are none', () => {
  const missing = Object.assign(new Error("ENOENT: no such file or directory, scandir 'a'"), { code: 'ENOENT' })
  expect(systemReason(missing)).toBe('nothing of that name')
  expect(systemReason(Object.assign(new Error('x'), { code: 'EACCES' }))).toBe('something that this user may not read')
  expect(systemReason(Object.assign(new Error('EXDEV: odd'), { code: 'EXDEV' }))).toBe('EXDEV: odd')
  expect(systemReason(fileError('disk-full', 'a', 'cannot be written'))).toBe('cannot be written')
  expect(systemReason('text')).toBe('text')
  expect(systemReason(Object.assign(new Error('x'), { code: 'constructor' }))).toBe('x')
})
