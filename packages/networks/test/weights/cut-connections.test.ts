import { readFile } from 'node:fs/promises'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { useFileServer, serve, cutAfter, cutDelayMs, content, etag } from './file-server.ts'

const server = useFileServer()

test('the rest is fetched with Range and If-Range', async () => {
  server.handler = server.inTurn(cutAfter(100_000), serve(content))
  await server.pull()
  expect(server.requests[1].headers).toMatchObject({ range: 'bytes=100000-', 'if-range': etag })
  expect(await readFile(join(server.folder, 'test.pth'))).toEqual(content)
  expect(await server.left()).toEqual(['test.pth'])
})

test('after the last attempt: an error that says how to go on, and the next call goes on', async () => {
  server.handler = server.inTurn(cutAfter(100_000), serve(content))
  await expect(server.pull({ retries: 0 })).rejects.toMatchObject({ code: 'cut' })
  expect(await server.left()).not.toContain('test.pth')
  await server.pull()
  expect(server.requests[1].headers.range).toBe('bytes=100000-')
  expect(await readFile(join(server.folder, 'test.pth'))).toEqual(content)
})

test('every attempt is used, then the error says how many', async () => {
  server.handler = cutAfter(1000)
  await expect(server.pull({ retries: 2 })).rejects.toThrow('(3 attempts)')
  expect(server.requests).toHaveLength(3)
})

test('another file at the address since: it begins anew', async () => {
  const old = Buffer.alloc(content.length, 1)
  server.handler = server.inTurn(
    (_, response) => {
      response.writeHead(200, { 'content-length': old.length, etag: '"old"' })
      response.write(old.subarray(0, 50_000), () => setTimeout(() => response.destroy(), cutDelayMs))
    },
    serve(content, '"new"'),
  )
  await server.pull()
  expect(server.requests[1].headers['if-range']).toBe('"old"')
  expect(await readFile(join(server.folder, 'test.pth'))).toEqual(content)
})

test.each([
  ['a weak ETag', { etag: 'W/"first"' }],
  ['no validator at all', {}],
])('%s cannot prove that the rest belongs to it: no Range is asked for', async (_, headers) => {
  server.handler = server.inTurn(cutAfter(100_000, headers), serve(content))
  await server.pull()
  expect(server.requests[1].headers.range).toBeUndefined()
  expect(await readFile(join(server.folder, 'test.pth'))).toEqual(content)
})

test('a Last-Modified date serves where there is no ETag', async () => {
  const date = 'Wed, 01 Jan 2025 00:00:00 GMT'
  server.handler = server.inTurn(cutAfter(100_000, { 'last-modified': date }), serve(content, date))
  await server.pull()
  expect(server.requests[1].headers).toMatchObject({ range: 'bytes=100000-', 'if-range': date })
})

test('a server that ignores Range, one that answers with another range, one that says 416', async () => {
  for (const answer of [
    (_: IncomingMessage, response: ServerResponse) => response.end(content),
    server.inTurn(
      cutAfter(1),
      (_, response) => {
        const range = `bytes 5-${content.length - 1}/${content.length}`
        response.writeHead(206, { 'content-range': range, 'content-length': content.length - 5 })
        response.end(content.subarray(5))
      },
      serve(content),
    ),
    server.inTurn(cutAfter(1), (_, response) => response.writeHead(416).end(), serve(content)),
  ] satisfies RequestListener[]) {
    server.requests.length = 0
    server.handler = server.inTurn(cutAfter(100_000), answer)
    const changes = { file: `test-${Math.random()}.pth`, sha256: server.entry().sha256 }
    const elsewhere = join(server.folder, String(Math.random()))
    const pulled = await server.pull({ folder: elsewhere }, changes)
    expect(await readFile(pulled.path)).toEqual(content)
  }
})

test('halves of different files under one ETag: fetched once more in one piece', async () => {
  server.handler = server.inTurn((_, response) => {
    response.writeHead(200, { 'content-length': content.length, etag })
    response.write(Buffer.alloc(100_000, 7), () => setTimeout(() => response.destroy(), cutDelayMs))
  }, serve(content))
  await server.pull()
  expect(server.requests.map(({ headers }) => headers.range)).toEqual([undefined, 'bytes=100000-', undefined])
  expect(await readFile(join(server.folder, 'test.pth'))).toEqual(content)
})

test('a connection on which nothing comes any more counts as cut', async () => {
  server.handler = server.inTurn((_, response) => {
    response.writeHead(200, { 'content-length': content.length, etag })
    response.write(content.subarray(0, 1000))
  }, serve(content))
  await server.pull({ stallMs: 150 })
  expect(server.requests).toHaveLength(2)
})

test('a body of unknown length that ends early', async () => {
  server.handler = server.inTurn((_, response) => {
    response.setHeader('etag', etag)
    response.write(content.subarray(0, 70_000))
    response.end()
  }, serve(content))
  await server.pull()
  expect(server.requests[1].headers.range).toBe('bytes=70000-')
})

test('nobody listens', async () => {
  server.handler = serve(content)
  const closed = server.base
  server.close()
  await expect(server.pull({ retries: 1, url: `${closed}/x` })).rejects.toMatchObject({
    code: 'network',
    message: expect.stringContaining(
      '. Nothing came of it; run the same command again, or bring the file of that address here and run kinemetric weights import FILE',
    ),
  })
})
