import { spawnSync } from 'node:child_process'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { clipsOption } from '../site/src/client/clips/clips-text.ts'

/** What a shell hands to a program as the argument behind `--clips`. */
function argumentOf(text: string): string {
  return spawnSync('/bin/sh', ['-c', `printf '%s\n' ${text}`], { encoding: 'utf8' })
    .stdout.split('\n')
    .slice(1, -1)
    .join('\n')
}

test('a list of ids is one argument, whatever a shell would make of them', () => {
  expect(clipsOption(['102979', 'clip-02', 'a/b.c_d'])).toBe('--clips 102979,clip-02,a/b.c_d')
  const id = fc
    .string({ minLength: 1, unit: fc.constantFrom(...Array.from(`ab'"$\`\\ *;&|<>()!~#é`)) })
    .filter((text) => text.trim() === text)
  fc.assert(
    fc.property(fc.array(id, { minLength: 1, maxLength: 5 }), (ids) => {
      expect(argumentOf(clipsOption(ids)!)).toBe(ids.join(','))
    }),
    { numRuns: 60 },
  )
})

test.each([
  ['none', []],
  ['a comma', ['a,b']],
  ['a line', ['a\nb']],
  ['an edge of spaces', [' a']],
  ['a first @, which would name a file', ['@a', 'b']],
  ['more than a command line takes', Array.from({ length: 20_000 }, (_, at) => `clip-${at}`)],
])('ids with %s are for a file', (_, ids) => {
  expect(clipsOption(ids)).toBeNull()
})
