import { expect, test, vi } from 'vitest'
import { interruptible } from '../src/output/interruptible.ts'
import { tellAs } from '../src/output/print.ts'

/** Whether these signals, one after the other, end the process at once. */
async function endAtOnce(...signals: readonly NodeJS.Signals[]): Promise<boolean> {
  const exit = vi.spyOn(process, 'exit').mockImplementation((code) => {
    throw new Error(`exit ${code}`)
  })
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  try {
    await interruptible((signal) => {
      for (const name of signals) process.emit(name, name)
      expect(signal.aborted).toBe(true)
      return Promise.resolve()
    })
    return false
  } catch (error) {
    if (error instanceof Error && error.message === 'exit 130') return true
    throw error
  } finally {
    exit.mockRestore()
    write.mockRestore()
  }
}

test('a second Ctrl-C ends the process at once, what a script passes on of the first does not', async () => {
  expect(await endAtOnce('SIGINT')).toBe(false)
  expect(await endAtOnce('SIGINT', 'SIGINT')).toBe(true)
  expect(await endAtOnce('SIGTERM', 'SIGTERM')).toBe(true)
  expect(await endAtOnce('SIGINT', 'SIGTERM')).toBe(false)
  expect(await endAtOnce('SIGINT', 'SIGTERM', 'SIGINT')).toBe(true)
})

test('what is said then is JSON where all lines are, with its shard', async () => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  tellAs({ asJson: true, shard: '2/4' })
  try {
    await interruptible(() => Promise.resolve(process.emit('SIGINT', 'SIGINT')))
    expect(write.mock.calls).toEqual([
      ['{"note":"SIGINT: stopping; what is done is kept, run the same command again to go on","shard":"2/4"}\n'],
    ])
  } finally {
    tellAs({ asJson: false })
    write.mockRestore()
  }
})
