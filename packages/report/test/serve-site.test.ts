import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type SiteServer, serveSite } from '../src/index.ts'

const work = mkdtempSync(join(tmpdir(), 'kinemetric-serve-test-'))
const site = join(work, 'site')
let server: SiteServer

beforeAll(async () => {
  mkdirSync(join(site, 'sub dir'), { recursive: true })
  mkdirSync(join(work, 'site-secret'))
  writeFileSync(join(work, 'secret.txt'), 'secret')
  writeFileSync(join(work, 'site-secret', 'a.txt'), 'secret')
  writeFileSync(join(site, 'kinemetric-site.json'), '{}')
  writeFileSync(join(site, 'index.html'), '<h1>home</h1>')
  writeFileSync(join(site, 'sub dir', 'index.html'), '<h1>sub</h1>')
  writeFileSync(join(site, 'clip.mp4'), Buffer.from(Array.from({ length: 100 }, (_, index) => index)))
  writeFileSync(join(site, 'empty.json'), '')
  symlinkSync(join(work, 'secret.txt'), join(site, 'link.txt'))
  mkdirSync(join(site, 'linked'))
  symlinkSync(join(work, 'secret.txt'), join(site, 'linked', 'index.html'))
  mkdirSync(join(site, 'folder', 'index.html'), { recursive: true })
  server = await serveSite(site, { port: 0 })
})

afterAll(async () => {
  await server.close()
  rmSync(work, { recursive: true, force: true })
})

/** fetch() would tidy the path before it is sent. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET') {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: server.port, path, headers, method }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(parts) }),
      )
    })
    sent.on('error', reject)
    sent.end()
  })
}

test('files, folders and their types', async () => {
  expect(server.url).toBe(`http://127.0.0.1:${server.port}/`)
  expect((await get('/')).body.toString()).toBe('<h1>home</h1>')
  expect((await get('/index.html?x=1')).headers['content-type']).toBe('text/html; charset=utf-8')
  expect((await get('/sub%20dir/')).body.toString()).toBe('<h1>sub</h1>')
  expect(await get('/sub%20dir')).toMatchObject({ status: 301, headers: { location: '/sub%20dir/' } })
  expect((await get('/clip.mp4')).headers).toMatchObject({
    'content-type': 'video/mp4',
    'accept-ranges': 'bytes',
    'content-length': '100',
  })
  expect((await get('/none')).status).toBe(404)
  expect((await get('/empty.json')).status).toBe(200)
})

test.each([
  ['bytes=0-9', 206, 'bytes 0-9/100', 10],
  ['bytes=90-', 206, 'bytes 90-99/100', 10],
  ['bytes=-5', 206, 'bytes 95-99/100', 5],
  ['bytes=50-5000', 206, 'bytes 50-99/100', 50],
  ['bytes=100-', 416, 'bytes */100', 4],
  ['bytes=0-1,5-6', 200, undefined, 100],
  ['lines=0-1', 200, undefined, 100],
  ['bytes=9-3', 200, undefined, 100],
])('range %s', async (range, status, contentRange, length) => {
  const response = await get('/clip.mp4', { range })
  expect(response.status).toBe(status)
  expect(response.headers['content-range']).toBe(contentRange)
  expect(response.body).toHaveLength(length)
  // The file's bytes count from 0: the first one sent is the range's first.
  const first = status === 206 ? Number(/\d+/.exec(contentRange ?? '')?.[0]) : response.body[0]
  expect(response.body[0]).toBe(first)
})

test.each([
  '/../secret.txt',
  '/%2e%2e/secret.txt',
  '/sub%20dir/..%2f..%2fsecret.txt',
  '/..%5csecret.txt',
  '/../site-secret/a.txt',
  '/link.txt',
  '/linked/',
  '/linked/index.html',
  '/folder/',
  '/%00',
  '/%',
  '//etc/passwd',
  '/index.html/',
])('%s leads nowhere', async (path) => {
  const response = await get(path)
  expect(response.status).toBe(404)
  expect(response.body.toString()).not.toContain('secret')
})

test('an address with two slashes does not send the reader to another host', async () => {
  expect((await get('//sub%20dir')).headers.location).toBe('/sub%20dir/')
})

test('HEAD has no body, and nothing else is allowed', async () => {
  const head = await get('/clip.mp4', {}, 'HEAD')
  expect(head.headers['content-length']).toBe('100')
  expect(head.body).toHaveLength(0)
  expect(await get('/', {}, 'POST')).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } })
})

test('a port in use is said', async () => {
  await expect(serveSite(site, { port: server.port })).rejects.toMatchObject({
    code: 'port-in-use',
    message: expect.stringContaining(`127.0.0.1:${server.port}: is in use`),
  })
})

test('closing ends connections that are kept open', async () => {
  const other = await serveSite(site, { port: 0 })
  await fetch(other.url).then((response) => response.text())
  const started = performance.now()
  await other.close()
  expect(performance.now() - started).toBeLessThan(3000)
  await expect(fetch(other.url)).rejects.toThrow('fetch failed')
})

test.each([
  ['localhost', 200],
  ['LOCALHOST:4173', 200],
  ['127.0.0.1:9', 200],
  ['[::1]:4173', 200],
  ['evil.example', 403],
  ['evil.example:80', 403],
  ['localhost.evil.example', 403],
  ['evil.example@localhost', 403],
  ['10.1.2.3', 403],
])('Host %s gets %i', async (host, status) => {
  const response = await get('/index.html', { host })
  expect(response.status).toBe(status)
  expect(response.body.toString().includes('home')).toBe(status === 200)
})

test('a further name can be allowed, and one that listens everywhere is reached by its addresses', async () => {
  const other = await serveSite(site, { port: 0, host: '0.0.0.0', allowedHosts: ['Report.Example.org'] })
  const statusOf = (host: string) =>
    new Promise<number>((resolve, reject) => {
      request({ host: '127.0.0.2', port: other.port, headers: { host } }, (response) => {
        response.resume()
        resolve(response.statusCode!)
      })
        .on('error', reject)
        .end()
    })
  expect(await statusOf('report.example.org:8080')).toBe(200)
  expect(await statusOf('127.0.0.2')).toBe(200)
  expect(await statusOf('evil.example')).toBe(403)
  await other.close()
})

const hasPipes = process.platform !== 'win32'

test.skipIf(!hasPipes)('what is no regular file is not there, and nobody waits for it', async () => {
  spawnSync('mkfifo', [join(site, 'pipe.json')])
  mkdirSync(join(site, 'piped'))
  spawnSync('mkfifo', [join(site, 'piped', 'index.html')])
  expect((await get('/pipe.json')).status).toBe(404)
  expect((await get('/piped/')).status).toBe(404)
})

const descriptors = '/proc/self/fd'

test.skipIf(!existsSync(descriptors))('readers that go away leave no file open', async () => {
  writeFileSync(join(site, 'large.mp4'), Buffer.alloc(4 * 2 ** 20))
  const before = readdirSync(descriptors).length
  for (let index = 0; index < 120; index++) await leave(index % 2 === 0 ? '/index.html' : '/large.mp4', index % 3)
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect(readdirSync(descriptors).length - before).toBeLessThan(20)
  expect((await get('/index.html')).status).toBe(200)
})

/** Asks for a file and goes away after `delay` milliseconds. */
function leave(path: string, delay: number): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(server.port, '127.0.0.1', () => {
      socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`, () =>
        setTimeout(() => {
          socket.destroy()
          resolve()
        }, delay),
      )
    })
  })
}
