import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { eachInProcesses, runInProcesses, StartedProcesses, type TaskSource } from '../src/index.ts'
import type { Task } from './task-module.ts'
import { killChild } from './child.ts'
import { temporaryFolder } from './temporary-folder.ts'

const folder = await temporaryFolder()
const source = (offset = 0): TaskSource => ({
  module: new URL('./task-module.ts', import.meta.url).href,
  open: 'openTasks',
  args: [offset],
})
const run = (tasks: Task[], jobs: number, offset = 0) =>
  runInProcesses<{ square: number; pid: number }>(tasks, { source: source(offset), jobs })
const isThere = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('results come in the order of the tasks for any number of processes, the first task being the slowest', async () => {
  const tasks: Task[] = [5, 4, 3, 2, 1].map((square) => ({ square, waitMs: 30 * square }))
  for (const jobs of [1, 3, 9]) {
    const results = await run(tasks, jobs, 1)
    expect(results.map(({ square }) => square)).toEqual([26, 17, 10, 5, 2])
    expect(new Set(results.map(({ pid }) => pid)).size).toBeLessThanOrEqual(jobs)
    for (const { pid } of results) expect(pid).not.toBe(process.pid)
    expect(results.filter(({ pid }) => isThere(pid))).toEqual([])
  }
})

test('no task, no process', async () => {
  expect(await run([], 4, -1)).toEqual([])
})

test('an error of ours crosses as it is, any other with its words, also that of opening', async () => {
  await expect(run([{ square: 1 }, { throwOurs: 'a.txt' }], 2)).rejects.toMatchObject({
    kind: 'input',
    code: 'not-found',
    where: 'a.txt',
    expected: 'a file',
    details: { tries: 3 },
  })
  await expect(run([{ fail: 'what is this' }], 1)).rejects.toThrow('what is this')
  await expect(run([{ square: 1 }], 1, -1)).rejects.toThrow('no offset below 0')
})

test('processes that were started ahead are taken first, and end with the run or without one', async () => {
  // What they opened tells them from those that the run starts itself.
  const how = { source: source(100), jobs: 1 }
  const started = new StartedProcesses(source(1), 2)
  const results = await runInProcesses<{ square: number; pid: number }>([{ square: 2 }, { square: 3 }], {
    ...how,
    started,
  })
  expect(results.map(({ square }) => square)).toEqual([5, 10])
  expect(results.filter(({ pid }) => isThere(pid))).toEqual([])
  expect(started.take()).toBeUndefined()
  const failed = new StartedProcesses(source(-1), 1)
  await expect(runInProcesses([{ square: 2 }], { ...how, started: failed })).rejects.toThrow('no offset below 0')
  const unused = new StartedProcesses(source(1), 1)
  const worker = unused.take()!
  unused.end()
  // Whoever took one ends it.
  worker.kill()
  await worker.ended
})

test('a process that dies ends the run, by name', async () => {
  await expect(run([{ die: true }, { square: 3, waitMs: 5000 }], 2)).rejects.toMatchObject({
    code: 'process-failed',
    found: 'its end with exit code 9',
  })
})

test.each([1, 3])(
  'each result is given away in the order of the tasks, one after the other; jobs: %i',
  async (jobs) => {
    const tasks: Task[] = [9, 1, 2, 7, 3, 4].map((square) => ({ square, waitMs: 20 * square }))
    const given: number[] = []
    let isGiving = false
    await eachInProcesses<{ square: number }>(tasks, {
      source: source(),
      jobs,
      ahead: 6,
      onResult: async ({ square }, index) => {
        expect(isGiving).toBe(false)
        isGiving = true
        await wait(5)
        isGiving = false
        given.push(square)
        expect(given).toHaveLength(index + 1)
      },
    })
    expect(given).toEqual([81, 1, 4, 49, 9, 16])
  },
)

test('a slow task holds back those that are too far ahead of it: what waits for its turn is bounded', async () => {
  const note = join(folder, 'ahead')
  const tasks: Task[] = [{ until: note, lines: 3 }, ...Array.from({ length: 9 }, (): Task => ({ note }))]
  const begun = async () => (await readFile(note, 'utf8').catch(() => '')).trim().split('\n').length
  const before: number[] = []
  await eachInProcesses(tasks, {
    source: source(),
    jobs: 2,
    ahead: 3,
    onResult: async (_, index) => {
      if (index === 0) before.push(await begun())
    },
  })
  expect(before).toEqual([3])
  expect(await begun()).toBe(9)
})

test('what the taker throws ends the run, and nothing is given to it afterwards', async () => {
  const tasks: Task[] = [1, 2, 3, 4].map((square) => ({ square }))
  for (const ahead of [undefined, 2]) {
    let given = 0
    const running = eachInProcesses(tasks, {
      source: source(),
      jobs: 2,
      ahead,
      onResult: () => {
        given++
        throw new Error('no space')
      },
    })
    await expect(running).rejects.toThrow('no space')
    expect(given).toBe(1)
  }
})

test('a process that dies while others wait for their turn ends the run too', async () => {
  const tasks: Task[] = [{ die: true, waitMs: 300 }, ...[1, 2, 3].map((square) => ({ square }))]
  const running = eachInProcesses(tasks, { source: source(), jobs: 2, ahead: 1, onResult: () => undefined })
  await expect(running).rejects.toMatchObject({ code: 'process-failed' })
})

test('a signal that a terminal or a cluster sends to every process is left to the caller', async () => {
  const signals = ['SIGINT', 'SIGTERM'] as const
  const results = await runInProcesses(
    signals.map((interrupted) => ({ interrupted })),
    { source: source(), jobs: 2 },
  )
  expect(results).toEqual(signals)
})

test('an abort ends the processes before it is told', async () => {
  const note = join(folder, 'pids')
  const controller = new AbortController()
  const tasks: Task[] = [1, 2, 3].map(() => ({ note, hang: true }))
  const running = runInProcesses(tasks, { source: source(), jobs: 2, signal: controller.signal })
  const pids = async () => (await readFile(note, 'utf8').catch(() => '')).trim().split('\n').map(Number)
  while ((await pids()).length < 2) await wait(20)
  controller.abort(new Error('enough'))
  await expect(running).rejects.toThrow('enough')
  expect((await pids()).filter(isThere)).toEqual([])
})

test('processes end with the one that started them, also where that is killed', async () => {
  const note = join(folder, 'orphans')
  const body = `
    import { readFile } from 'node:fs/promises'
    const tasks = [1, 2].map(() => ({ note: ${JSON.stringify(note)}, hang: true }))
    runInProcesses(tasks, { source: ${JSON.stringify(source())}, jobs: 2 }).catch(() => {})
    const begun = async () => (await readFile(${JSON.stringify(note)}, 'utf8').catch(() => '')).split('\\n').length > 2
    while (!(await begun())) await new Promise((resolve) => setTimeout(resolve, 20))
    console.log('at work')`
  await killChild('runInProcesses', body)
  const pids = (await readFile(note, 'utf8')).trim().split('\n').map(Number)
  expect(pids).toHaveLength(2)
  for (let tries = 0; pids.some(isThere) && tries < 100; tries++) await wait(50)
  expect(pids.filter(isThere)).toEqual([])
})
