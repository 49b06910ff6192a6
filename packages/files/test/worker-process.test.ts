import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { runWorkerProcess } from '../src/index.ts'
import { runChildToEnd } from './child.ts'
import { temporaryFolder } from './temporary-folder.ts'

const folder = await temporaryFolder()
const node = (source: string, logName: string) => ({
  program: process.execPath,
  args: ['-e', source],
  cwd: folder,
  env: {},
  logFile: join(folder, logName),
})
const isThere = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
const gone = async (pid: number) => {
  for (let tries = 0; isThere(pid) && tries < 100; tries++) await wait(50)
  return !isThere(pid)
}
/** A program that starts a child which never ends, and prints the child's process id. */
const parent = `
  const { spawn } = require('node:child_process')
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  console.log(child.pid)
  setInterval(() => {}, 1000)`

test('its exit code, its lines, and a log of what is not for the caller', async () => {
  const lines: string[] = []
  const source = `console.log('mine'); console.log('other'); console.error('trouble'); process.exitCode = 7`
  const code = await runWorkerProcess({
    ...node(source, 'lines.log'),
    onLine: (line) => {
      lines.push(line)
      return line === 'mine'
    },
  })
  expect(code).toBe(7)
  expect(lines).toEqual(['mine', 'other'])
  const log = await readFile(join(folder, 'lines.log'), 'utf8')
  expect(log.trim().split('\n').sort()).toEqual(['other', 'trouble'])
})

test('arguments arrive as they are, and of the environment only what is given', async () => {
  const options = node(
    `console.log(JSON.stringify([process.argv.slice(1), process.env.SAID, process.env.HOME]))`,
    'env.log',
  )
  let said = ''
  await runWorkerProcess({
    ...options,
    args: [...options.args, '$HOME; rm *', "'"],
    env: { SAID: 'yes' },
    onLine: (line) => {
      said = line
      return true
    },
  })
  expect(JSON.parse(said)).toEqual([['$HOME; rm *', "'"], 'yes', null])
})

test.skipIf(process.platform === 'win32')('on timeout it ends, and its children with it', async () => {
  let pid = 0
  const running = runWorkerProcess({
    ...node(parent, 'timeout.log'),
    timeoutMs: 1000,
    onLine: (line) => {
      pid = Number(line)
      return true
    },
  })
  await expect(running).rejects.toMatchObject({ kind: 'stopped', code: 'timeout', expected: 'its end within 1000 ms' })
  expect(pid).toBeGreaterThan(0)
  expect(await gone(pid)).toBe(true)
})

test.skipIf(process.platform === 'win32')(
  'an abort ends it and its children, with the reason of the signal',
  async () => {
    const controller = new AbortController()
    let pid = 0
    const running = runWorkerProcess({
      ...node(parent, 'abort.log'),
      signal: controller.signal,
      onLine: (line) => {
        pid = Number(line)
        controller.abort(new Error('enough'))
        return true
      },
    })
    await expect(running).rejects.toThrow('enough')
    expect(await gone(pid)).toBe(true)
    await expect(runWorkerProcess({ ...node('', 'late.log'), signal: controller.signal })).rejects.toThrow('enough')
  },
)

test.skipIf(process.platform === 'win32')('none is left behind when the caller’s process ends', async () => {
  const body = `
    runWorkerProcess({ program: process.execPath, args: ['-e', ${JSON.stringify(parent)}], cwd: process.argv[1], env: {},
      logFile: process.argv[1] + '/orphan.log', onLine: (line) => { process.stdout.write(line, () => process.exit(1)); return true } })`
  const pid = Number(await runChildToEnd('runWorkerProcess', body, folder))
  expect(pid).toBeGreaterThan(0)
  expect(await gone(pid)).toBe(true)
})

test('a program that is not there, and one that dies of a signal', async () => {
  const absent = { ...node('', 'absent.log'), program: 'no-such-program-anywhere' }
  await expect(runWorkerProcess(absent)).rejects.toMatchObject({
    kind: 'broken',
    code: 'process-failed',
    found: 'none',
  })
  const dying = node(`process.kill(process.pid, 'SIGKILL')`, 'dying.log')
  await expect(runWorkerProcess(dying)).rejects.toMatchObject({ code: 'process-failed', found: 'death of SIGKILL' })
})

test('a log that cannot be written ends the program', async () => {
  const options = { ...node('setInterval(() => {}, 1000)', 'x'), logFile: join(folder, 'nowhere', 'run.log') }
  await expect(runWorkerProcess(options)).rejects.toMatchObject({ kind: 'disk', code: 'write-failed' })
})
