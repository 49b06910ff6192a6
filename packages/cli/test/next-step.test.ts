import { afterEach, expect, test, vi } from 'vitest'
import { nextStep } from '../src/shell/next-step.ts'

const isTerminal = process.stderr.isTTY

afterEach(() => {
  process.stderr.isTTY = isTerminal
})

function told(isTTY: boolean): string {
  let said = ''
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => (said += String(text)) !== '')
  process.stderr.isTTY = isTTY
  nextStep('score', '--generated', 'my videos/a', '--out', 'results')
  spy.mockRestore()
  return said
}

test('a terminal is told what to type next, with words as a shell takes them; a log is not', () => {
  expect(told(true)).toBe("next: kinemetric score --generated 'my videos/a' --out results\n")
  expect(told(false)).toBe('')
})
