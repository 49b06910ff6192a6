import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'

import { join } from 'node:path'
import { isError, type KinemetricError } from '@kinemetric/files'
import { describe, expect, test } from 'vitest'
import { type DownloadProgress, pullWeight } from '../../src/index.ts'
import { useFileServer, serve, cutAfter, content } from './file-server.ts'

const server = useFileServer()

test('a file is fetched, verified and put in place, with progress; the second time nothing is fetched', async () => {
  server.handler = serve(content)
  const seen: DownloadProgress[] = []
  const pulled = await server.pull({ onProgress: (progress) => seen.push(progress) })
  expect(pulled).toMatchObject({ fetched: true, verifiedBy: 'sha256', path: join(server.folder, 'test.pth') })
  expect(await readFile(pulled.path)).toEqual(content)
  expect(await server.left()).toEqual(['test.pth'])
  expect(seen.at(-1)).toEqual({ received: content.length, total: content.length })
  expect(seen.every(({ received }, i) => i === 0 || received > seen[i - 1].received)).toBe(true)
  expect(await server.pull()).toMatchObject({ fetched: false })
  expect(server.requests).toHaveLength(1)
})

test('redirects are followed, with the range', async () => {
  const file = serve(content)
  server.handler = (request, response) => {
    if (request.url === '/test.pth') response.writeHead(302, { location: '/moved' }).end()
    else if (server.requests.length === 2) cutAfter(100_000)(request, response)
    else file(request, response)
  }
  await server.pull()
  expect(server.requests.map(({ url }) => url)).toEqual(['/test.pth', '/moved', '/test.pth', '/moved'])
  expect(server.requests[3].headers.range).toBe('bytes=100000-')
  expect(await readFile(join(server.folder, 'test.pth'))).toEqual(content)
})

test('an address given by the caller is used in place of the catalogue, and its id must be known', async () => {
  server.handler = serve(content)
  await server.pull({ url: `${server.base}/elsewhere` })
  expect(server.requests[0].url).toBe('/elsewhere')
  await expect(pullWeight('no-such-weights')).rejects.toMatchObject({ code: 'unknown-id' })
})

describe('answers that are not the file', () => {
  test('404 is not asked for twice, and names the address', async () => {
    server.handler = (_, response) => response.writeHead(404).end('gone')
    const error = await refusal(server.pull())
    expect(error).toMatchObject({ code: 'http', details: { status: 404 } })
    expect(error.message).toContain(`${server.base}/test.pth: answered with HTTP status 404`)
    expect(server.requests).toHaveLength(1)
    expect(await server.left()).toEqual([])
  })

  test('a busy server is asked again', async () => {
    server.handler = server.inTurn(
      (_, response) => response.writeHead(503).end(),
      (_, response) => response.writeHead(429).end(),
      serve(content),
    )
    await server.pull()
    expect(server.requests).toHaveLength(3)
    server.handler = (_, response) => response.writeHead(500).end()
    await expect(server.pull({ retries: 1, folder: join(server.folder, 'other') })).rejects.toMatchObject({
      code: 'http',
      details: { status: 500 },
    })
  })

  test('the right size with the wrong content is not kept under any name', async () => {
    const wrong = Buffer.from(content)
    wrong[150_000] ^= 1
    server.handler = serve(wrong)
    const error = await refusal(server.pull())
    expect(error.code).toBe('wrong-hash')
    expect(error.message).toContain(server.entry().sha256)
    expect(error.message).toContain(createHash('sha256').update(wrong).digest('hex'))
    expect(await server.left()).toEqual([])
  })

  test('a page in place of the file is seen by its length, before anything is written', async () => {
    server.handler = (_, response) =>
      response.writeHead(200, { 'content-type': 'text/html', 'content-length': 9 }).end('too many!')
    await expect(server.pull()).rejects.toThrow(`expected 300000 bytes, found 9 bytes (text/html)`)
    await expect(server.pull()).rejects.toMatchObject({ code: 'wrong-size' })
  })

  test('a body that was compressed on the way all the same', async () => {
    server.handler = (_, response) => {
      const encoded = gzipSync(content)
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': encoded.length }).end(encoded)
    }
    expect(await readFile((await server.pull()).path)).toEqual(content)
  })

  test('a body of unknown length that does not end', async () => {
    server.handler = (_, response) => {
      response.write(content)
      response.write(content)
      response.end()
    }
    await expect(server.pull()).rejects.toMatchObject({ code: 'wrong-size' })
    expect(await server.left()).toEqual([])
  })

  test('a mirror is asked where the address fails', async () => {
    server.handler = (request, response) =>
      request.url === '/mirror' ? serve(content)(request, response) : void response.writeHead(403).end()
    const pulled = await server.pull({}, { mirrors: [`${server.base}/mirror`] })
    expect(await readFile(pulled.path)).toEqual(content)
    expect(server.requests.map(({ url }) => url)).toEqual(['/test.pth', '/mirror'])
  })
})

/** The error of ours that ends it. */
async function refusal(pulling: Promise<unknown>): Promise<KinemetricError> {
  const outcome = await pulling.catch((error: unknown) => error)
  if (!isError(outcome)) throw new Error(`expected an error of ours, found ${String(outcome)}`)
  return outcome
}
