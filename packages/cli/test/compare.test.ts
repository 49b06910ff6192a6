import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { comparedColumnSchema } from '@kinemetric/records'
import { expect, test } from 'vitest'
import { here } from './here.ts'
import { temporaryFolder } from './kinemetric.ts'

const cwd = await temporaryFolder()

/** A CSV file of methods by their values a clip. */
async function values(name: string, methods: Readonly<Record<string, readonly (number | string)[]>>): Promise<string> {
  const lines = Object.entries(methods).flatMap(([method, row]) =>
    row.map((value, clip) => `"clip, ${clip}",${method},${value}`),
  )
  await writeFile(join(cwd, name), `\uFEFFClip,Method,Value\r\n${lines.join('\r\n')}\r\n`)
  return name
}

const eight = [3.1, 2.9, 3.4, 3, 2.8, 3.3, 3.2, 2.7]

test('numbers of any tool: differences, ranks and intervals, in words and as JSON', async () => {
  const file = await values('ours.csv', { good: eight, bad: eight.map((value, at) => value + 1 + 0.1 * at) })
  const shown = await here(['compare', '--values', file, '--better', 'lower'], cwd)
  expect(shown).toMatchObject({ code: 0, stderr: '' })
  expect(shown.stdout).toMatch(/good better than bad by 1\.35 \[.*\] on 8 clips, p = 0\.008/)
  const { stdout } = await here(['compare', '--values', file, '--better', 'lower', '--json'], cwd)
  const { methods, ...column } = JSON.parse(stdout)
  expect(comparedColumnSchema.parse(column).pairs).toMatchObject([{ verdict: 'first-better', test: 'sign-flip-exact' }])
  expect(methods).toMatchObject([
    { method: 'good', interval: { low: expect.any(Number), high: expect.any(Number) } },
    { method: 'bad' },
  ])
})

test('no direction, and no word of one, where p after Holm is above alpha', async () => {
  const file = await values('noise.csv', {
    a: eight,
    b: eight.map((value, at) => value + 0.3 * Math.cos(3 * at) + 0.05),
  })
  const { stdout } = await here(['compare', '--values', file, '--better', 'higher'], cwd)
  expect(stdout).toMatch(/a and b: not separated, difference [^*]* four\s+times in five/)
  expect(stdout).toContain('no two of these methods can be told apart')
  expect(stdout).not.toMatch(/better than|worse|beats|outperform|significant|tied|equal|trend/)
})

test('missing values are told and never imputed; one method alone gives no pairs', async () => {
  const file = await values('gap.csv', { a: eight, b: ['NaN', ...eight.slice(1)] })
  const { stdout, stderr } = await here(['compare', '--values', file, '--better', 'higher', '--json'], cwd)
  expect(stderr).toBe('warning: line 10: b has no value for clip, 0 (NaN)\n')
  expect(JSON.parse(stdout)).toMatchObject({
    pairs: [],
    unranked: [{ method: 'b', reason: 'incomplete: 7 of 8 clips' }],
  })
})

test.each([
  ['clip,method\na,b\n', /expected columns clip, method, value in the first line, found clip, method$/],
  ['clip,method,value\na,b,many\n', /bad\.csv:2: expected a number, found many/],
  ['clip,method,value\na,b,1\na,b,2\n', /bad\.csv:3: expected one value a clip and method, found a second one of a, b/],
  ['clip,method,value,weight\na,b,1,-1\n', /expected a weight above 0, found -1/],
  ['clip,method,value,unit\na,b,1,x\na,c,1,y\n', /expected one unit a clip, found y for a/],
  ['clip,method,value\n"a,b,1\n', /expected CSV, found/],
])('a file that is none says where', async (content, message) => {
  await writeFile(join(cwd, 'bad.csv'), content)
  const { code, stderr } = await here(['compare', '--values', 'bad.csv', '--better', 'higher'], cwd)
  expect(code).toBe(2)
  expect(stderr.trim()).toMatch(message)
})

test('how many clips a difference needs', async () => {
  // Guenther's formula agrees with the exact power of the paired t test (statsmodels): 84 clips for 0.37199 at a spread of 1.198.
  const { stdout } = await here(['power', '--sd', '1.198', '--difference', '0.37199', '--json'], cwd)
  expect(JSON.parse(stdout)).toMatchObject([{ clipsNeeded: 84, fewestClips: 6 }])
  const many = await here(['power', '--sd', '1', '--difference', '0.5', '--among', '8'], cwd)
  expect(many.stdout).toContain('over 28 comparisons of 8 methods; fewer than 11 clips cannot separate any two')
  const file = await values('pair.csv', { a: eight, b: eight.map((value, at) => value + 0.1 * at) })
  const pair = await here(['power', '--values', file, '--methods', 'a,b', '--clips', '100'], cwd)
  expect(pair.stdout).toMatch(/100 clips show a difference of 0\.06\d+ in 80 % of all cases/)
  expect((await here(['power', '--sd', '1'], cwd)).stderr).toMatch(/--difference or --clips/)
})

test('methods that are named are compared on the clips that they share; rounding is no difference; a name twice is one', async () => {
  const near = await values('rounding.csv', {
    a: eight.map((value) => 0.1 * 3 * value),
    b: eight.map((value) => 0.3 * value),
  })
  const same = await here(['compare', '--values', near, '--better', 'higher', '--json'], cwd)
  expect(JSON.parse(same.stdout).pairs).toMatchObject([{ moving: 0, verdict: 'cannot-separate', skewed: false }])
  const gaps = await values('gaps.csv', { a: ['', ...eight], b: [...eight.map((value) => value + 1), ''] })
  const none = await here(['compare', '--values', gaps, '--better', 'higher'], cwd)
  expect(none.stdout).toMatch(/no method has a value on 9 of 9 clips/)
  const named = await here(['compare', '--values', gaps, '--better', 'higher', '--methods', 'a,b,a', '--json'], cwd)
  expect(JSON.parse(named.stdout)).toMatchObject({ clips: { common: 7 }, family: { methods: ['a', 'b'] } })
})

test('what cannot be planned or asked for is said', async () => {
  const few = await here(['power', '--sd', '1', '--clips', '4'], cwd)
  expect(few.stdout).toContain('4 clips are too few for any difference')
  const tiny = await here(['power', '--sd', '1', '--difference', '1e-200'], cwd)
  expect(tiny.stdout).toContain('no number of clips that can be counted')
  expect((await here(['compare', cwd], cwd)).code).toBe(2)
  expect((await here(['compare', cwd, '--methods', ','], cwd)).stderr).toMatch(/expected at least one name/)
  await writeFile(join(cwd, 'huge.csv'), 'clip,method,value\na,b,1e300\n')
  const huge = await here(['compare', '--values', 'huge.csv', '--better', 'higher'], cwd)
  expect(huge.stderr).toMatch(/huge\.csv:2: expected a number of at most 1e\+100, found 1e300/)
})
