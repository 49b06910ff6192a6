import { mkdir, readdir, readFile, rename, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { lockHolder, takeLock, withLock } from '../src/index.ts'
import { parseOwner } from '../src/writing/lock-owner.ts'
import { endedProcess, killChild, runChild, runChildOnFullDisk } from './child.ts'
import { temporaryFolder } from './temporary-folder.ts'

let folder = ''
let path = ''
beforeEach(async () => {
  folder = await temporaryFolder()
  path = join(folder, '.lock')
})

/** JSON of anything: what JSON does not have is left out. */
const stringify = (value: unknown) =>
  JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? each.toString() : each))

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

async function left(text: string, when: Date): Promise<void> {
  await writeFile(path, text)
  await utimes(path, when, when)
}

const minutes = (count: number) => new Date(Date.now() - count * 60_000)

describe('the lock of another machine', () => {
  const owner = { pid: 4242, host: `${hostname()}-other`, born: '1', space: 'another kernel' }
  test('is refused while it shows signs of life, in words that say how old the last one is and what can be done', async () => {
    await left(JSON.stringify({ ...owner, beat: 20_000 }), minutes(3.5))
    await expect(takeLock(path)).rejects.toThrow(
      /process 4242 on .*-other, whose last sign of life is 3 minutes old; after 10 minutes .* --take-lock/,
    )
  })

  test('is taken over 10 minutes after its last sign of life, where none comes while it is watched', async () => {
    await left(JSON.stringify({ ...owner, beat: 400 }), minutes(11))
    const begun = performance.now()
    await takeAndRelease()
    expect(performance.now() - begun).toBeGreaterThan(2 * 400)
    expect(await readdir(folder)).toEqual([])
  })

  test('is not taken from a live run whose clock dates its signs of life an hour back', async () => {
    await left(JSON.stringify({ ...owner, beat: 200 }), minutes(60))
    let beats = 0
    const timer = setInterval(() => {
      const when = minutes(60 - ++beats)
      void utimes(path, when, when)
    }, 200)
    try {
      await expect(takeLock(path)).rejects.toThrow(/process 4242 on .*-other, which gives signs of life/)
    } finally {
      clearInterval(timer)
    }
    expect(await readFile(path, 'utf8')).toContain('4242')
  })

  test('whose clock is ahead is told so', async () => {
    await left(JSON.stringify({ ...owner, beat: 20_000 }), minutes(-60.5))
    await expect(takeLock(path)).rejects.toThrow(/whose last sign of life is dated 1 hour ahead; .*--take-lock/)
  })

  test('of a version that gave no signs of life is taken over after a day', async () => {
    await left(`4242 ${owner.host}`, minutes(60 * 23.5))
    await expect(takeLock(path)).rejects.toThrow(/last sign of life is 23 hours old; after 1 day /)
    await left(JSON.stringify({ pid: 4242, host: owner.host, born: '1' }), minutes(60 * 24.5))
    await takeAndRelease()
  })

  test('is taken at once where that is asked for; that of a live process of this machine is not', async () => {
    await left(JSON.stringify(owner), minutes(1))
    const release = await takeLock(path, { take: true })
    await expect(takeLock(path, { take: true })).rejects.toMatchObject({ code: 'locked' })
    await release()
    expect(await readdir(folder)).toEqual([])
  })

  // Containers often share a name, and a disk: process ids of one say nothing in another.
  test.runIf(process.platform === 'linux')(
    'of the same name is another one where its kernel or process namespace is',
    async () => {
      const twin = { ...owner, pid: await endedProcess(), host: hostname(), beat: 20_000 }
      await left(JSON.stringify(twin), minutes(2.5))
      await expect(takeLock(path)).rejects.toThrow(/last sign of life is 2 minutes old/)
    },
  )
})

test('a held lock shows signs of life, in its own file alone', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  try {
    const release = await takeLock(path)
    const other = join(folder, 'other')
    await writeFile(other, 'of another')
    for (const file of [path, other]) await utimes(file, minutes(9), minutes(9))
    vi.advanceTimersByTime(20_000)
    await vi.waitFor(async () => expect(Date.now() - (await stat(path)).mtimeMs).toBeLessThan(60_000), {
      timeout: 60_000,
    })
    // Taken over meanwhile: the beat goes to the file that was removed.
    await rename(other, path)
    vi.advanceTimersByTime(20_000)
    await release()
    expect(Date.now() - (await stat(path)).mtimeMs).toBeGreaterThan(8 * 60_000)
    expect(await readFile(path, 'utf8')).toBe('of another')
  } finally {
    vi.useRealTimers()
  }
})

test('the older text of a lock, `<pid> <host>`, is read too', async () => {
  await writeFile(path, `1 ${hostname()}\n`)
  await expect(takeLock(path)).rejects.toMatchObject({ code: 'locked' })
  await writeFile(path, `${await endedProcess()} ${hostname()}\n`)
  await takeAndRelease()
})

test('a lock that names nobody is waited for, and then was left behind', async () => {
  for (const half of ['', '{"pid": "one"}', '{"pid": 12, "host"']) {
    await writeFile(path, half)
    const begun = performance.now()
    await takeAndRelease()
    expect(performance.now() - begun).toBeGreaterThan(1500)
    await writeFile(path, half)
    await utimes(path, minutes(1), minutes(1))
    await takeAndRelease()
  }
  expect(await readdir(folder)).toEqual([])
})

test('whatever a lock’s text is, it names an owner or nobody', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc
      .record({ pid: fc.anything(), host: fc.anything(), born: fc.anything(), beat: fc.anything() })
      .map((value) => stringify(value)),
  )
  fc.assert(
    fc.property(text, (content) => {
      const owner = parseOwner(content)
      expect(owner === undefined || (owner.pid > 0 && Number.isSafeInteger(owner.pid))).toBe(true)
    }),
    { seed: 10, numRuns: 500 },
  )
})

test('unfinished lock files of processes that died are removed by who takes the lock, those of others are not', async () => {
  const [old, young, others] = ['..lock.1-00000001.partial', '..lock.2-00000002.partial', '.a.json.1-00000001.partial']
  for (const name of [old, young, others]) await writeFile(join(folder, name), '')
  for (const name of [old, others]) await utimes(join(folder, name), minutes(2), minutes(2))
  await takeAndRelease()
  expect((await readdir(folder)).sort()).toEqual([young, others])
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

const clockOff = (by: number) => {
  const right = Date.now.bind(Date)
  vi.spyOn(Date, 'now').mockImplementation(() => right() + by)
}

describe('where this machine’s clock is an hour off that of the file server', () => {
  const hour = 3_600_000
  beforeEach(() => () => void vi.restoreAllMocks())
  const elsewhere = JSON.stringify({
    pid: 4242,
    host: `${hostname()}-other`,
    born: '1',
    space: 'another kernel',
    beat: 100,
  })

  test.each([-hour, hour])('who holds a lock is told by the server’s (%d ms)', async (by) => {
    await left(elsewhere, minutes(2))
    clockOff(by)
    const fresh = await lockHolder(path)
    expect(fresh).toMatchObject({ pid: 4242, isAtWork: true })
    expect(fresh?.ageMs).toBeGreaterThan(110_000)
    expect(fresh?.ageMs).toBeLessThan(300_000)
    vi.restoreAllMocks()
    await left(elsewhere, minutes(11))
    clockOff(by)
    expect(await lockHolder(path)).toMatchObject({ isAtWork: false })
    expect(await readdir(folder)).toEqual(['.lock'])
  })

  test.each([-hour, hour])('locks are taken and refused as by a right one (%d ms)', async (by) => {
    // Half a minute over: file systems round what they date.
    await left(elsewhere, minutes(2.5))
    clockOff(by)
    await expect(takeLock(path)).rejects.toThrow(/last sign of life is [23] minutes old/)
    vi.restoreAllMocks()
    await left(elsewhere, minutes(11))
    clockOff(by)
    await takeAndRelease()
  })

  test('what others are writing just now is not removed', async () => {
    const young = join(folder, '..lock.2-00000002.partial')
    await writeFile(young, '')
    clockOff(hour)
    await takeAndRelease()
    expect(await readdir(folder)).toEqual(['..lock.2-00000002.partial'])
  })
})
