import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { pullEntry } from '../../src/weights/pull-weight.ts'
import { proxiesOf, throughProxy } from '../../src/weights/transfer/proxied-fetch.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const content = Buffer.from('weights of a test')
const variables = ['https_proxy', 'http_proxy', 'all_proxy', 'no_proxy']
let asked: string[]
let served: number
/** What the proxy answers; 200 lets through. */
let status: number
let proxy: Server
let server: Server
const sockets = new Set<Socket>()

beforeEach(async () => {
  for (const name of variables) for (const each of [name, name.toUpperCase()]) vi.stubEnv(each, '')
  asked = []
  served = 0
  status = 200
  server = createServer((_, response) => {
    served++
    response.end(content)
  })
  proxy = createServer()
  proxy.on('connect', (request, client: Socket) => {
    asked.push(`CONNECT ${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trim())
    sockets.add(client)
    if (status !== 200) {
      client.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`)
      return
    }
    const target = connect(portOf(server), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n')
      target.pipe(client).pipe(target)
    })
    sockets.add(target)
  })
  for (const each of [server, proxy]) await new Promise<void>((resolve) => each.listen(0, '127.0.0.1', resolve))
})
afterEach(() => {
  vi.unstubAllEnvs()
  for (const socket of sockets) socket.destroy()
  for (const each of [server, proxy]) {
    each.closeAllConnections()
    each.close()
  }
})

function portOf(of: Server): number {
  const address = of.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

async function pull(url: string) {
  const folder = await temporaryFolder()
  const sha256 = createHash('sha256').update(content).digest('hex')
  const about = {
    id: 'test',
    title: 'Test',
    file: 'test.pth',
    mirrors: [],
    licence: 'MIT',
    licenceUrl: '',
    citation: '',
  }
  return pullEntry(
    { ...about, url, bytes: content.length, sha256 },
    { folder, cacheFolder: join(folder, 'cache'), retryDelayMs: 1, retries: 1 },
  )
}

test('a download goes through the proxy that the environment names, with its password', async () => {
  vi.stubEnv('HTTP_PROXY', `http://user:secret@127.0.0.1:${portOf(proxy)}`)
  expect(await pull('http://weights.example:8080/test.pth')).toMatchObject({ fetched: true })
  expect(asked).toEqual([`CONNECT weights.example:8080 Basic ${Buffer.from('user:secret').toString('base64')}`])
  expect(served).toBe(1)
})

test('hosts of NO_PROXY are reached without', async () => {
  vi.stubEnv('http_proxy', `127.0.0.1:${portOf(proxy)}`)
  vi.stubEnv('no_proxy', 'example.org,127.0.0.1')
  expect(await pull(`http://127.0.0.1:${portOf(server)}/test.pth`)).toMatchObject({ fetched: true })
  expect(asked).toEqual([])
})

test.each([
  ['https_proxy', 403, 1],
  ['HTTPS_PROXY', 407, 1],
  ['ALL_PROXY', 503, 2],
])('the refusal of %s with %i is what the error says; it is asked %i times', async (name, refusal, times) => {
  status = refusal
  vi.stubEnv(name, `http://u:secret@127.0.0.1:${portOf(proxy)}`)
  const error: unknown = await pull('https://weights.example/test.pth').catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'proxy', details: { status: refusal } })
  expect(String(error)).toContain(`its refusal (HTTP status ${refusal})`)
  expect(String(error)).not.toContain('secret')
  expect(asked).toHaveLength(times)
  expect(asked[0]).toMatch(/^CONNECT weights\.example:443/)
})

test('a proxy without a scheme is one of http; one of another kind is refused without its password', () => {
  expect(proxiesOf({})).toBeUndefined()
  expect(proxiesOf({ HTTPS_PROXY: 'proxy.example:3128', NO_PROXY: 'a' })).toEqual({
    https: 'http://proxy.example:3128',
    http: undefined,
    none: 'a',
  })
  expect(() => proxiesOf({ ALL_PROXY: 'socks5://u:secret@host:1080' })).toThrow(
    expect.objectContaining({ code: 'proxy', message: expect.not.stringContaining('secret') }),
  )
})

test('what a cut connection went through is told without its password', () => {
  const through = { HTTPS_PROXY: 'http://me:secret@proxy.example:3128', NO_PROXY: 'near.example, *.lan' }
  expect(throughProxy('https://far.example/a', through)).toBe(
    ', through the proxy that the environment names (proxy.example:3128)',
  )
  expect(throughProxy('https://near.example/a', through)).toBe('')
  expect(throughProxy('https://files.lan/a', through)).toBe('')
  expect(throughProxy('https://far.example/a', {})).toBe('')
})
