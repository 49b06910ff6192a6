import { appendFileSync, readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { fileError } from '../src/index.ts'

/** What the tests of processes have done there. */
export type Task =
  | { square: number; waitMs?: number }
  | { fail: string }
  | { throwOurs: string }
  | { die: true; waitMs?: number }
  | { interrupted: NodeJS.Signals }
  | { note: string; hang?: true }
  | { until: string; lines: number }

/** Opens the function that does the tasks. @param offset is added to each square */
export async function openTasks(offset: number): Promise<(task: Task) => Promise<unknown>> {
  if (offset < 0) throw new RangeError('no offset below 0')
  await Promise.resolve()
  return async (task) => {
    if ('fail' in task) throw new TypeError(task.fail)
    if ('throwOurs' in task)
      throw fileError('not-found', task.throwOurs, { expected: 'a file', found: 'none' }, { details: { tries: 3 } })
    if ('die' in task) {
      await wait(task.waitMs ?? 0)
      process.exit(9)
    }
    if ('interrupted' in task) {
      process.kill(process.pid, task.interrupted)
      await wait(50)
      return task.interrupted
    }
    if ('until' in task) {
      const lines = () => readFileSync(task.until, { encoding: 'utf8', flag: 'a+' }).split('\n').length - 1
      while (lines() < task.lines) await wait(10)
      // Whoever wants to begin too early has time to.
      await wait(300)
    } else if ('note' in task) {
      appendFileSync(task.note, `${process.pid}\n`)
      if (task.hang === true) await wait(100_000)
    } else {
      await wait(task.waitMs ?? 0)
      return { square: task.square ** 2 + offset, pid: process.pid }
    }
    return undefined
  }
}
