import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { takeLock, withLock } from '../src/index.ts'
import { endedProcess, killChild, runChild, runChildOnFullDisk } from './child.ts'
import { temporaryFolder } from './temporary-folder.ts'

let folder = ''
let path = ''
beforeEach(async () => {
  folder = await temporaryFolder()
  path = join(folder, '.lock')
})

const takeAndRelease = async () => (await takeLock(path))()

test('a lock is refused while it is held, by name of its holder, and gone when it is released', async () => {
  const release = await takeLock(path)
  await expect(takeLock(path)).rejects.toMatchObject({
    kind: 'conflict',
    code: 'locked',
    where: path,
    found: expect.stringContaining(`process ${process.pid} on ${hostname()}`),
  })
  await release()
  await release()
  expect(await readdir(folder)).toEqual([])
  await takeAndRelease()
})

test('withLock holds the lock as long as its action lasts, also where that throws', async () => {
  const deep = join(folder, 'deep', '.lock')
  expect(await withLock(deep, () => readdir(join(folder, 'deep')))).toEqual(['.lock'])
  await expect(withLock(deep, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await readdir(join(folder, 'deep'))).toEqual([])
})

test('the lock of a killed process is taken over', async () => {
  const body = `await takeLock(process.argv[1]); console.log('held'); setTimeout(() => {}, 60_000)`
  await killChild('takeLock', body, path)
  expect(await readdir(folder)).toEqual(['.lock'])
  await takeAndRelease()
  expect(await readdir(folder)).toEqual([])
})

test('the lock of another process that lives is refused', async () => {
  // Process 1 is there, whoever asks, and a lock that does not say when its process began is believed.
  await writeFile(path, JSON.stringify({ pid: 1, host: hostname(), born: null }))
  await expect(takeLock(path)).rejects.toMatchObject({ code: 'locked' })
})

// Only Linux tells when a process began.
test.runIf(process.platform === 'linux')('a process id that another has by now does not hold the lock', async () => {
  await writeFile(path, JSON.stringify({ pid: 1, host: hostname(), born: '123456789012345' }))
  await takeAndRelease()
  expect(await readdir(folder)).toEqual([])
})

test('a lock of another machine is refused, whatever its process is called there', async () => {
  await writeFile(path, JSON.stringify({ pid: await endedProcess(), host: `${hostname()}-other`, born: null }))
  await expect(takeLock(path)).rejects.toThrow(/-other \(if that run is gone, remove the lock file\)/)
})

test('the older text of a lock, `<pid> <host>`, is read too', async () => {
  await writeFile(path, `1 ${hostname()}\n`)
  await expect(takeLock(path)).rejects.toMatchObject({ code: 'locked' })
  await writeFile(path, `${await endedProcess()} ${hostname()}\n`)
  await takeAndRelease()
})

test('a lock that names nobody is left behind when it is old, and being made when it is young', async () => {
  await writeFile(path, '{"pid": "one"}')
  await expect(takeLock(path)).rejects.toMatchObject({ code: 'locked' })
  const earlier = new Date(Date.now() - 60_000)
  await utimes(path, earlier, earlier)
  await takeAndRelease()
})

test('releasing does not remove the lock of somebody else', async () => {
  const release = await takeLock(path)
  await writeFile(path, 'another')
  await release()
  expect(await readFile(path, 'utf8')).toBe('another')
})

test('a takeover that was left in its middle ends by itself', async () => {
  await writeFile(path, `${await endedProcess()} ${hostname()}`)
  await mkdir(`${path}.takeover`)
  await expect(takeLock(path)).rejects.toMatchObject({ code: 'locked' })
  const earlier = new Date(Date.now() - 60_000)
  await utimes(`${path}.takeover`, earlier, earlier)
  await takeAndRelease()
  expect(await readdir(folder)).toEqual([])
})

test('a lock where none can be made says why', async () => {
  await writeFile(join(folder, 'file'), '')
  await expect(takeLock(join(folder, 'file', '.lock'))).rejects.toMatchObject({ kind: 'disk', code: 'write-failed' })
  const body = `
    try { await takeLock(process.argv[1]) }
    catch (error) { console.log(error.code) }`
  expect(await runChildOnFullDisk(0, 'takeLock', body, path)).toBe('disk-full\n')
  expect(await readdir(folder)).toEqual(['file'])
})

test('a name as long as the file system takes is no hindrance', async () => {
  path = join(folder, 'n'.repeat(240))
  await writeFile(path, `${await endedProcess()} ${hostname()}`)
  await takeAndRelease()
  expect(await readdir(folder)).toEqual([])
})

test('many processes at once, and a dead one’s lock to begin with: never two of them hold it', async () => {
  await writeFile(path, `${await endedProcess()} ${hostname()}`)
  const body = `
    import { mkdir, rmdir, writeFile } from 'node:fs/promises'
    const [path, dead] = process.argv.slice(1)
    let held = 0
    while (held < 20) {
      const release = await takeLock(path).catch((error) => { if (error.code !== 'locked') throw error })
      if (release === undefined) continue
      await mkdir(path + '.witness') // throws where another one is at work
      held++
      await rmdir(path + '.witness')
      // Every other time the lock is left as a killed process would leave it.
      if (held % 2 === 0) await release()
      else await writeFile(path, dead)
    }
    console.log(held)`
  const dead = `${await endedProcess()} ${hostname()}`
  const counts = await Promise.all(Array.from({ length: 4 }, () => runChild('takeLock', body, path, dead)))
  expect(counts).toEqual(['20\n', '20\n', '20\n', '20\n'])
})
