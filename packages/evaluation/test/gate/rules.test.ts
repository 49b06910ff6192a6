import { isError } from '@kinemetric/files'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { evaluateRule, type RuleValues } from '../../src/gate/rules/evaluate-rule.ts'
import { parseRule } from '../../src/gate/rules/parse-rule.ts'

const values: RuleValues = new Map<string, number | string>([
  ['lpips', 0.25],
  ['lpips:alex', 0.25],
  ['psnr', 30],
  ['baseline.psnr', 30.1],
  ['baseline.lpips:alex', 0.2],
  ['motion-fidelity', 0.5],
  ['motion', 2],
  ['fidelity', 3],
  ['ssim:uniform-7', 0.9],
  ['motion-fidelity:points/tracker:lucas-kanade', 0.75],
  ['fvd', 'the features are not in the cache'],
  ['fid', Number.NaN],
])

async function holds(rule: string): Promise<boolean> {
  return evaluateRule(await parseRule(rule, new Set(values.keys())), values).holds
}

test.each([
  ['lpips < 0.3 and psnr > baseline.psnr - 0.2', true],
  ['lpips < 0.3 and psnr > baseline.psnr', false],
  ['lpips<.3 or psnr>1e2', true],
  ['not (lpips > 0.3)', true],
  ['lpips:alex - baseline.lpips:alex <= 0.05', true],
  ['ssim:uniform-7 >= 0.9', true],
  ['motion-fidelity == 0.5', true],
  ['motion - fidelity == -1', true],
  ['motion-fidelity:points/tracker:lucas-kanade > 0.7', true],
  ['psnr-30 == 0', true],
  ['2 * (psnr - 1) / 4 != 14.5', false],
  ['not (lpips < 0.3) or psnr > 1', true],
  ['1 - 2 - 3 == -4', true],
  ['1 + 2 * 3 == 7', true],
  ['lpips > 1 and psnr > 1 or psnr > 2', true],
])('%s: %s', async (rule, expected) => {
  expect(await holds(rule)).toBe(expected)
})

test('what a rule was asked of stands beside it', async () => {
  const rule = await parseRule(' psnr > baseline.psnr - 0.2 ', new Set(values.keys()))
  expect(evaluateRule(rule, values)).toEqual({
    rule: 'psnr > baseline.psnr - 0.2',
    holds: true,
    values: [
      { name: 'psnr', value: 30 },
      { name: 'baseline.psnr', value: 30.1 },
    ],
  })
})

describe('refused', () => {
  test.each([
    ['', /expected a comparison/],
    ['lpisp < 1', /found lpisp; did you mean lpips\?/],
    ['baseline.pnsr < 1', /did you mean baseline\.psnr\?/],
    ['zzzzzzzz < 1', /known are lpips, lpips:alex/],
    ['lpips:vgg16bn < 1', /found lpips:vgg16bn/],
    ['fvd < 300', /expected a value of fvd, found none: the features are not in the cache/],
    ['fid < 300', /expected a value of fid, found none/],
    // A rule that would hold without the number that is not there does not hold: it says so.
    ['lpips < 1 or fvd < 300', /expected a value of fvd/],
    ['lpips > 1 and fvd < 300', /expected a value of fvd/],
    ['lpips', /expected a comparison, as `lpips < 0.3`, found a number/],
    ['0.1 < lpips < 0.3', /write `a < b and b < c`/],
    ['lpips < (psnr > 1)', /expected numbers on both sides/],
    ['not lpips < 0.3', /as `not \(lpips < 0\.3\)`, found `not` before a number/],
    ['lpips and psnr', /expected a comparison/],
    ['psnr / 0 > 1', /expected finite numbers, found Infinity/],
    ['1e400 < psnr', /expected a finite number, found 1e400/],
    ['lpips < 1 psnr > 1', /several expressions side by side/],
    ['lpips <', /cannot be read/],
    ['(lpips < 1', /cannot be read/],
    ['lpips = 1', /cannot be read/],
    ['! lpips < 1', /cannot be read/],
    ['lpips < 1; psnr > 1', /found ;/],
    ['lpips["constructor"] < 1', /found \[/],
    ['lpips < `1`', /found `/],
    ['psnr > 1 ? psnr : lpips', /found \?/],
    ['psnr(1) > 1', /found a call/],
    ['constructor < 1', /found constructor/],
    ['psnr.constructor > 1', /found psnr\.constructor/],
    ['__proto__ > 1', /found __proto__/],
    ['this > 1', /found this/],
    ['psnr, lpips > 1', /found ,/],
    [`${'('.repeat(40)}psnr${')'.repeat(40)} > 1`, /at most 32 brackets/],
    [`${'- '.repeat(40)}psnr > 1`, /at most 32 brackets or signs/],
  ])('%s', async (rule, message) => {
    await expect(holds(rule)).rejects.toMatchObject({ code: 'bad-rule', message: expect.stringMatching(message) })
  })

  test('a rule of thousands of characters', async () => {
    await expect(holds(`psnr > ${'1'.repeat(3000)}`)).rejects.toThrow(/at most 2000 characters/)
  })

  test('whatever else is written is refused by a sentence or is a rule; nothing of it runs', async () => {
    const pieces = fc.constantFrom(
      ...'lpips psnr baseline.psnr ( ) < > = ! + - * / and or not 1 . 0x1 e $0 " [ ] { } constructor => ? : , ; \\ ö'.split(
        ' ',
      ),
      ' ',
      '\n',
    )
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { maxLength: 24 }), async (parts) => {
        const answer = await holds(parts.join('')).catch((error: unknown) => error)
        expect(typeof answer === 'boolean' || isError(answer, 'input', 'bad-rule'), parts.join('')).toBe(true)
      }),
      { seed: 3, numRuns: 2000 },
    )
  })
})
