import { createHash, randomBytes } from 'node:crypto'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, open, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { isError, type KinemetricError } from '@kinemetric/files'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type DownloadProgress, pullWeight, type WeightEntry } from '../../src/index.ts'
import { pullEntry, type PullOptions } from '../../src/weights/pull-weight.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const content = randomBytes(300_000)
const etag = '"first"'
let base: string
let folder: string
let server: Server
let handler: RequestListener
let requests: IncomingMessage[]

beforeEach(async () => {
  const root = await temporaryFolder()
  folder = join(root, 'weights')
  requests = []
  server = createServer((request, response) => {
    requests.push(request)
    handler(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  base = `http://127.0.0.1:${address.port}`
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

const entry = (changes: Partial<WeightEntry> = {}): WeightEntry => ({
  id: 'test',
  title: 'Test weights',
  file: 'test.pth',
  url: `${base}/test.pth`,
  mirrors: [],
  bytes: content.length,
  sha256: createHash('sha256').update(content).digest('hex'),
  licence: 'MIT',
  licenceUrl: 'https://example.org/licence',
  citation: 'none',
  ...changes,
})
const pull = (options: PullOptions = {}, changes: Partial<WeightEntry> = {}) =>
  pullEntry(entry(changes), { folder, cacheFolder: join(folder, '..', 'cache'), retryDelayMs: 1, ...options })

/** Answers as a file server does: ranges, If-Range, an ETag. `bytes` is what it holds. */
function serve(bytes: Uint8Array, tag = etag): RequestListener {
  return (request, response) => {
    response.setHeader('etag', tag)
    const start = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1]
    if (start === undefined || request.headers['if-range'] !== tag) {
      response.writeHead(200, { 'content-length': bytes.length })
      response.end(bytes)
      return
    }
    const rest = bytes.subarray(Number(start))
    const range = `bytes ${start}-${bytes.length - 1}/${bytes.length}`
    response.writeHead(206, { 'content-length': rest.length, 'content-range': range })
    response.end(rest)
  }
}

// Long enough for a busy reader to take what was sent: bytes that it has not read go down with the connection.
const cutDelayMs = 300

/** Promises the whole file and breaks off after `length` bytes. */
function cutAfter(length: number, headers: Record<string, string> = { etag }): RequestListener {
  return (_, response) => {
    response.writeHead(200, { 'content-length': content.length, ...headers })
    response.write(content.subarray(0, length), () => setTimeout(() => response.destroy(), cutDelayMs))
  }
}

/** One handler a request, the last for all further ones. */
function inTurn(...handlers: RequestListener[]): RequestListener {
  return (request, response) => handlers[Math.min(requests.length, handlers.length) - 1](request, response)
}

const left = async () => (existsSync(folder) ? (await readdir(folder)).sort() : [])

test('a file is fetched, verified and put in place, with progress; the second time nothing is fetched', async () => {
  handler = serve(content)
  const seen: DownloadProgress[] = []
  const pulled = await pull({ onProgress: (progress) => seen.push(progress) })
  expect(pulled).toMatchObject({ fetched: true, verifiedBy: 'sha256', path: join(folder, 'test.pth') })
  expect(await readFile(pulled.path)).toEqual(content)
  expect(await left()).toEqual(['test.pth'])
  expect(seen.at(-1)).toEqual({ received: content.length, total: content.length })
  expect(seen.every(({ received }, i) => i === 0 || received > seen[i - 1].received)).toBe(true)
  expect(await pull()).toMatchObject({ fetched: false })
  expect(requests).toHaveLength(1)
})

test('redirects are followed, with the range', async () => {
  const file = serve(content)
  handler = (request, response) => {
    if (request.url === '/test.pth') response.writeHead(302, { location: '/moved' }).end()
    else if (requests.length === 2) cutAfter(100_000)(request, response)
    else file(request, response)
  }
  await pull()
  expect(requests.map(({ url }) => url)).toEqual(['/test.pth', '/moved', '/test.pth', '/moved'])
  expect(requests[3].headers.range).toBe('bytes=100000-')
  expect(await readFile(join(folder, 'test.pth'))).toEqual(content)
})

test('an address given by the caller is used in place of the catalogue, and its id must be known', async () => {
  handler = serve(content)
  await pull({ url: `${base}/elsewhere` })
  expect(requests[0].url).toBe('/elsewhere')
  await expect(pullWeight('no-such-weights')).rejects.toMatchObject({ code: 'unknown-id' })
})

describe('cut connections', () => {
  test('the rest is fetched with Range and If-Range', async () => {
    handler = inTurn(cutAfter(100_000), serve(content))
    await pull()
    expect(requests[1].headers).toMatchObject({ range: 'bytes=100000-', 'if-range': etag })
    expect(await readFile(join(folder, 'test.pth'))).toEqual(content)
    expect(await left()).toEqual(['test.pth'])
  })

  test('after the last attempt: an error that says how to go on, and the next call goes on', async () => {
    handler = inTurn(cutAfter(100_000), serve(content))
    await expect(pull({ retries: 0 })).rejects.toMatchObject({ code: 'cut' })
    expect(await left()).not.toContain('test.pth')
    await pull()
    expect(requests[1].headers.range).toBe('bytes=100000-')
    expect(await readFile(join(folder, 'test.pth'))).toEqual(content)
  })

  test('every attempt is used, then the error says how many', async () => {
    handler = cutAfter(1000)
    await expect(pull({ retries: 2 })).rejects.toThrow('(3 attempts)')
    expect(requests).toHaveLength(3)
  })

  test('another file at the address since: it begins anew', async () => {
    const old = Buffer.alloc(content.length, 1)
    handler = inTurn(
      (_, response) => {
        response.writeHead(200, { 'content-length': old.length, etag: '"old"' })
        response.write(old.subarray(0, 50_000), () => setTimeout(() => response.destroy(), cutDelayMs))
      },
      serve(content, '"new"'),
    )
    await pull()
    expect(requests[1].headers['if-range']).toBe('"old"')
    expect(await readFile(join(folder, 'test.pth'))).toEqual(content)
  })

  test.each([
    ['a weak ETag', { etag: 'W/"first"' }],
    ['no validator at all', {}],
  ])('%s cannot prove that the rest belongs to it: no Range is asked for', async (_, headers) => {
    handler = inTurn(cutAfter(100_000, headers), serve(content))
    await pull()
    expect(requests[1].headers.range).toBeUndefined()
    expect(await readFile(join(folder, 'test.pth'))).toEqual(content)
  })

  test('a Last-Modified date serves where there is no ETag', async () => {
    const date = 'Wed, 01 Jan 2025 00:00:00 GMT'
    handler = inTurn(cutAfter(100_000, { 'last-modified': date }), serve(content, date))
    await pull()
    expect(requests[1].headers).toMatchObject({ range: 'bytes=100000-', 'if-range': date })
  })

  test('a server that ignores Range, one that answers with another range, one that says 416', async () => {
    for (const answer of [
      (_: IncomingMessage, response: ServerResponse) => response.end(content),
      inTurn(
        cutAfter(1),
        (_, response) => {
          const range = `bytes 5-${content.length - 1}/${content.length}`
          response.writeHead(206, { 'content-range': range, 'content-length': content.length - 5 })
          response.end(content.subarray(5))
        },
        serve(content),
      ),
      inTurn(cutAfter(1), (_, response) => response.writeHead(416).end(), serve(content)),
    ] satisfies RequestListener[]) {
      requests.length = 0
      handler = inTurn(cutAfter(100_000), answer)
      const changes = { file: `test-${Math.random()}.pth`, sha256: entry().sha256 }
      const elsewhere = join(folder, String(Math.random()))
      const pulled = await pull({ folder: elsewhere }, changes)
      expect(await readFile(pulled.path)).toEqual(content)
    }
  })

  test('halves of different files under one ETag: fetched once more in one piece', async () => {
    handler = inTurn((_, response) => {
      response.writeHead(200, { 'content-length': content.length, etag })
      response.write(Buffer.alloc(100_000, 7), () => setTimeout(() => response.destroy(), cutDelayMs))
    }, serve(content))
    await pull()
    expect(requests.map(({ headers }) => headers.range)).toEqual([undefined, 'bytes=100000-', undefined])
    expect(await readFile(join(folder, 'test.pth'))).toEqual(content)
  })

  test('a connection on which nothing comes any more counts as cut', async () => {
    handler = inTurn((_, response) => {
      response.writeHead(200, { 'content-length': content.length, etag })
      response.write(content.subarray(0, 1000))
    }, serve(content))
    await pull({ stallMs: 150 })
    expect(requests).toHaveLength(2)
  })

  test('a body of unknown length that ends early', async () => {
    handler = inTurn((_, response) => {
      response.setHeader('etag', etag)
      response.write(content.subarray(0, 70_000))
      response.end()
    }, serve(content))
    await pull()
    expect(requests[1].headers.range).toBe('bytes=70000-')
  })

  test('nobody listens', async () => {
    handler = serve(content)
    const closed = base
    server.close()
    await expect(pull({ retries: 1, url: `${closed}/x` })).rejects.toMatchObject({ code: 'network' })
  })
})

describe('answers that are not the file', () => {
  test('404 is not asked for twice, and names the address', async () => {
    handler = (_, response) => response.writeHead(404).end('gone')
    const error = await refusal(pull())
    expect(error).toMatchObject({ code: 'http', details: { status: 404 } })
    expect(error.message).toContain(`${base}/test.pth: answered with HTTP status 404`)
    expect(requests).toHaveLength(1)
    expect(await left()).toEqual([])
  })

  test('a busy server is asked again', async () => {
    handler = inTurn(
      (_, response) => response.writeHead(503).end(),
      (_, response) => response.writeHead(429).end(),
      serve(content),
    )
    await pull()
    expect(requests).toHaveLength(3)
    handler = (_, response) => response.writeHead(500).end()
    await expect(pull({ retries: 1, folder: join(folder, 'other') })).rejects.toMatchObject({
      code: 'http',
      details: { status: 500 },
    })
  })

  test('the right size with the wrong content is not kept under any name', async () => {
    const wrong = Buffer.from(content)
    wrong[150_000] ^= 1
    handler = serve(wrong)
    const error = await refusal(pull())
    expect(error.code).toBe('wrong-hash')
    expect(error.message).toContain(entry().sha256)
    expect(error.message).toContain(createHash('sha256').update(wrong).digest('hex'))
    expect(await left()).toEqual([])
  })

  test('a page in place of the file is seen by its length, before anything is written', async () => {
    handler = (_, response) =>
      response.writeHead(200, { 'content-type': 'text/html', 'content-length': 9 }).end('too many!')
    await expect(pull()).rejects.toThrow(`expected 300000 bytes, found 9 bytes (text/html)`)
    await expect(pull()).rejects.toMatchObject({ code: 'wrong-size' })
  })

  test('a body that was compressed on the way all the same', async () => {
    handler = (_, response) => {
      const encoded = gzipSync(content)
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': encoded.length }).end(encoded)
    }
    expect(await readFile((await pull()).path)).toEqual(content)
  })

  test('a body of unknown length that does not end', async () => {
    handler = (_, response) => {
      response.write(content)
      response.write(content)
      response.end()
    }
    await expect(pull()).rejects.toMatchObject({ code: 'wrong-size' })
    expect(await left()).toEqual([])
  })

  test('a mirror is asked where the address fails', async () => {
    handler = (request, response) =>
      request.url === '/mirror' ? serve(content)(request, response) : void response.writeHead(403).end()
    const pulled = await pull({}, { mirrors: [`${base}/mirror`] })
    expect(await readFile(pulled.path)).toEqual(content)
    expect(requests.map(({ url }) => url)).toEqual(['/test.pth', '/mirror'])
  })
})

describe('the disk', () => {
  test.skipIf(!existsSync('/dev/full'))('no space left on the device', async () => {
    handler = serve(content)
    await expect(pull({ openFile: () => open('/dev/full', 'r+') })).rejects.toMatchObject({ code: 'disk-full' })
    expect(requests).toHaveLength(1)
    expect(await left()).not.toContain('test.pth')
  })

  test.skipIf(!canMount())('a full file system of 256 kB: the error says so, and room made later is used', async () => {
    handler = serve(content)
    await mkdir(folder, { recursive: true })
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', folder])
    try {
      await writeFile(join(folder, 'other'), Buffer.alloc(400_000))
      // Less than the file needs: known before anything is fetched.
      await expect(pull()).rejects.toMatchObject({ code: 'disk-full' })
      expect(requests).toHaveLength(0)
      execFileSync('truncate', ['-s', '0', join(folder, 'other')])
      // Fills up while the file is being fetched.
      handler = (request, response) => {
        void writeFile(join(folder, 'other'), Buffer.alloc(400_000)).then(() => serve(content)(request, response))
      }
      await expect(pull()).rejects.toMatchObject({ code: 'disk-full' })
      execFileSync('truncate', ['-s', '0', join(folder, 'other')])
      handler = serve(content)
      expect(await readFile((await pull()).path)).toEqual(content)
    } finally {
      execFileSync('umount', [folder])
    }
  })

  test('more than the disk has free is known before anything is fetched', async () => {
    handler = serve(content)
    await expect(pull({}, { bytes: 1e17 })).rejects.toThrow('expected 100000 TB free for Test weights')
    expect(requests).toHaveLength(0)
  })

  test('a folder that cannot be made', async () => {
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'file'), '')
    await expect(pull({ folder: join(folder, 'file', 'weights') })).rejects.toMatchObject({ code: 'write-failed' })
  })

  test('another file under the name is left alone', async () => {
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'test.pth'), 'mine')
    await expect(pull()).rejects.toMatchObject({ code: 'exists' })
    expect(await readFile(join(folder, 'test.pth'), 'utf8')).toBe('mine')
  })
})

describe('interruptions', () => {
  test('an aborted download rejects with the reason, and is continued later', async () => {
    const controller = new AbortController()
    handler = (_, response) => {
      response.writeHead(200, { 'content-length': content.length, etag })
      response.write(content.subarray(0, 100_000))
    }
    const reason = new Error('enough')
    const onProgress = ({ received }: DownloadProgress): void => {
      if (received >= 100_000) controller.abort(reason)
    }
    await expect(pull({ signal: controller.signal, onProgress })).rejects.toBe(reason)
    handler = serve(content)
    await pull()
    expect(requests[1].headers.range).toBe('bytes=100000-')
  })

  test('a process that is killed while it downloads: the next one goes on where it was', async () => {
    handler = (_, response) => {
      response.writeHead(200, { 'content-length': content.length, etag })
      response.write(content.subarray(0, 200_000))
    }
    const module = pathToFileURL(join(import.meta.dirname, '../../src/weights/pull-weight.ts')).href
    const script = `import { pullEntry } from ${JSON.stringify(module)}
      const onProgress = ({ received }) => { if (received >= 200_000) console.log('here') }
      await pullEntry(${JSON.stringify(entry())}, { folder: ${JSON.stringify(folder)}, cacheFolder: ${JSON.stringify(folder)}, onProgress })`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(await left()).toHaveLength(3)

    handler = serve(content)
    await pull()
    expect(requests[1].headers.range).toBe('bytes=200000-')
    expect(await readFile(join(folder, 'test.pth'))).toEqual(content)
    expect(await left()).toEqual(['test.pth'])
  })

  test('two at once: one fetches, the other is told', async () => {
    handler = (request, response) => void setTimeout(() => serve(content)(request, response), 200)
    const outcomes = await Promise.allSettled([pull(), pull()])
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'locked' } })
    expect(await readFile(join(folder, 'test.pth'))).toEqual(content)
  })

  test('the lock of a process that was killed is taken over', async () => {
    handler = serve(content)
    await mkdir(folder, { recursive: true })
    const ended = execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }).trim()
    const lock = join(folder, `.test.pth.${entry().sha256.slice(0, 8)}.part.lock`)
    await writeFile(lock, `${ended} ${hostname()}\n`)
    expect(await pull()).toMatchObject({ fetched: true })
  })

  test('the lock of another machine is waited for, or taken where that is asked for', async () => {
    handler = serve(content)
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, `.test.pth.${entry().sha256.slice(0, 8)}.part.lock`), '4242 another-machine\n')
    await expect(pull()).rejects.toMatchObject({ code: 'locked', message: expect.stringContaining('--take-lock') })
    expect(await pull({ takeLock: true })).toMatchObject({ fetched: true })
    expect(await left()).toEqual(['test.pth'])
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

/** The error of ours that ends it. */
async function refusal(pulling: Promise<unknown>): Promise<KinemetricError> {
  const outcome = await pulling.catch((error: unknown) => error)
  if (!isError(outcome)) throw new Error(`expected an error of ours, found ${String(outcome)}`)
  return outcome
}
