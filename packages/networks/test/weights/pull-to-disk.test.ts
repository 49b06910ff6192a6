import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, open, readFile, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { DownloadProgress } from '../../src/index.ts'
import { useFileServer, serve, content, etag } from './file-server.ts'

const server = useFileServer()

describe('the disk', () => {
  test.skipIf(!existsSync('/dev/full'))('no space left on the device', async () => {
    server.handler = serve(content)
    await expect(server.pull({ openFile: () => open('/dev/full', 'r+') })).rejects.toMatchObject({ code: 'disk-full' })
    expect(server.requests).toHaveLength(1)
    expect(await server.left()).not.toContain('test.pth')
  })

  test.skipIf(!canMount())('a full file system of 256 kB: the error says so, and room made later is used', async () => {
    server.handler = serve(content)
    await mkdir(server.folder, { recursive: true })
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', server.folder])
    try {
      await writeFile(join(server.folder, 'other'), Buffer.alloc(400_000))
      // Less than the file needs: known before anything is fetched.
      await expect(server.pull()).rejects.toMatchObject({ code: 'disk-full' })
      expect(server.requests).toHaveLength(0)
      execFileSync('truncate', ['-s', '0', join(server.folder, 'other')])
      // Fills up while the file is being fetched.
      server.handler = (request, response) => {
        void writeFile(join(server.folder, 'other'), Buffer.alloc(400_000)).then(() =>
          serve(content)(request, response),
        )
      }
      await expect(server.pull()).rejects.toMatchObject({ code: 'disk-full' })
      execFileSync('truncate', ['-s', '0', join(server.folder, 'other')])
      server.handler = serve(content)
      expect(await readFile((await server.pull()).path)).toEqual(content)
    } finally {
      execFileSync('umount', [server.folder])
    }
  })

  test('more than the disk has free is known before anything is fetched', async () => {
    server.handler = serve(content)
    await expect(server.pull({}, { bytes: 1e17 })).rejects.toThrow('expected 100000 TB free for Test weights')
    expect(server.requests).toHaveLength(0)
  })

  test('a folder that cannot be made', async () => {
    await mkdir(server.folder, { recursive: true })
    await writeFile(join(server.folder, 'file'), '')
    await expect(server.pull({ folder: join(server.folder, 'file', 'weights') })).rejects.toMatchObject({
      code: 'write-failed',
    })
  })

  test('another file under the name is left alone', async () => {
    await mkdir(server.folder, { recursive: true })
    await writeFile(join(server.folder, 'test.pth'), 'mine')
    await expect(server.pull()).rejects.toMatchObject({ code: 'exists' })
    expect(await readFile(join(server.folder, 'test.pth'), 'utf8')).toBe('mine')
  })
})

describe('interruptions', () => {
  test('an aborted download rejects with the reason, and is continued later', async () => {
    const controller = new AbortController()
    server.handler = (_, response) => {
      response.writeHead(200, { 'content-length': content.length, etag })
      response.write(content.subarray(0, 100_000))
    }
    const reason = new Error('enough')
    const onProgress = ({ received }: DownloadProgress): void => {
      if (received >= 100_000) controller.abort(reason)
    }
    await expect(server.pull({ signal: controller.signal, onProgress })).rejects.toBe(reason)
    server.handler = serve(content)
    await server.pull()
    expect(server.requests[1].headers.range).toBe('bytes=100000-')
  })

  test('a process that is killed while it downloads: the next one goes on where it was', async () => {
    server.handler = (_, response) => {
      response.writeHead(200, { 'content-length': content.length, etag })
      response.write(content.subarray(0, 200_000))
    }
    const module = pathToFileURL(join(import.meta.dirname, '../../src/weights/pull-weight.ts')).href
    const script = `import { pullEntry } from ${JSON.stringify(module)}
      const onProgress = ({ received }) => { if (received >= 200_000) console.log('here') }
      await pullEntry(${JSON.stringify(server.entry())}, { folder: ${JSON.stringify(server.folder)}, cacheFolder: ${JSON.stringify(server.folder)}, onProgress })`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(await server.left()).toHaveLength(3)

    server.handler = serve(content)
    await server.pull()
    expect(server.requests[1].headers.range).toBe('bytes=200000-')
    expect(await readFile(join(server.folder, 'test.pth'))).toEqual(content)
    expect(await server.left()).toEqual(['test.pth'])
  })

  test('two at once: one fetches, the other is told', async () => {
    server.handler = (request, response) => void setTimeout(() => serve(content)(request, response), 200)
    const outcomes = await Promise.allSettled([server.pull(), server.pull()])
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'locked' } })
    expect(await readFile(join(server.folder, 'test.pth'))).toEqual(content)
  })

  test('the lock of a process that was killed is taken over', async () => {
    server.handler = serve(content)
    await mkdir(server.folder, { recursive: true })
    const ended = execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }).trim()
    const lock = join(server.folder, `.test.pth.${server.entry().sha256!.slice(0, 8)}.part.lock`)
    await writeFile(lock, `${ended} ${hostname()}\n`)
    expect(await server.pull()).toMatchObject({ fetched: true })
  })

  test('the lock of another machine is waited for, or taken where that is asked for', async () => {
    server.handler = serve(content)
    await mkdir(server.folder, { recursive: true })
    await writeFile(
      join(server.folder, `.test.pth.${server.entry().sha256!.slice(0, 8)}.part.lock`),
      '4242 another-machine\n',
    )
    await expect(server.pull()).rejects.toMatchObject({
      code: 'locked',
      message: expect.stringContaining('--take-lock'),
    })
    expect(await server.pull({ takeLock: true })).toMatchObject({ fetched: true })
    expect(await server.left()).toEqual(['test.pth'])
  })
})

function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
