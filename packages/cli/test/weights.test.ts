import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { generatorCatalogue, weightCatalogue } from '@kinemetric/networks'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasShared, sharedPath } from '../../../test/shared.ts'
import { hasTinyModels, writeTinyInterdyn } from '../../../test/tiny-models.ts'
import { kinemetric, refused, spawned, temporaryFolder } from './kinemetric.ts'

const cwd = await temporaryFolder()
const env = { KINEMETRIC_WEIGHTS: join(cwd, 'weights') }
const file = 'lpips-v0.1-alex.pth'

test('weights list names every file with its size and licence, as JSON with address and sha256', async () => {
  const text = await kinemetric(['weights', 'list'], { cwd, env })
  expect(text).toMatchObject({ code: 0, stderr: '' })
  for (const { id, licence, url } of weightCatalogue) {
    expect(text.stdout).toMatch(new RegExp(`^- ${id} .* (kB|MB|GB) `, 'm'))
    expect(text.stdout).toContain(licence)
    expect(text.stdout).toContain(url)
  }
  for (const { id, size } of generatorCatalogue) expect(text.stdout).toContain(`- ${id.padEnd(34)} ${size}`)
  for (const { licence } of generatorCatalogue) expect(text.stdout).toContain(licence)
  const json = await kinemetric(['weights', 'list', '--json'], { cwd, env })
  const listed: { id: string; sha256?: string; url: string }[] = JSON.parse(json.stdout)
  const ids = [...weightCatalogue, ...generatorCatalogue].map(({ id }) => id)
  expect(listed.map(({ id }) => id)).toEqual(ids)
  for (const { sha256, url } of listed.slice(0, weightCatalogue.length)) {
    expect(sha256 ?? 'pinned').toMatch(/^([0-9a-f]{64}|pinned)$/)
    expect(url).toMatch(/^https:/)
  }
  // Of these nobody publishes a hash: it is pinned at the first download.
  expect(listed.filter(({ sha256, url }) => sha256 === undefined && url !== undefined).map(({ id }) => id)).toEqual(
    expect.arrayContaining(['vjepa-vith16', 'vjepa2-vitl16-ssv2']),
  )
})

test('pull of gated weights without a token says what to do, before anything is asked of a server', async () => {
  const pulled = await kinemetric(['weights', 'pull', 'svd-img2vid', '--quiet'], { cwd, env: { ...env, HF_TOKEN: '' } })
  expect(pulled).toMatchObject({ code: 3, stdout: '' })
  expect(pulled.stderr).toMatch(/licence: [\s\S]*HF_TOKEN[\s\S]*huggingface.co\/settings\/tokens/)
})

test('pull of what nobody knows lists all that can be pulled, and pulls nothing of the others', async () => {
  const said = await refused(['weights', 'pull', 'lpips-alex', 'nonsense', '--quiet'], { cwd, env })
  expect(said).toMatch(
    /nonsense: expected weights of .*lpips-alex.*, svd-img2vid, interdyn-256x384, coshand, found none/,
  )
})

describe.skipIf(!hasTinyModels())('weights of a generator that were imported', () => {
  test('are told as not known to be the official ones wherever they are named, with their own size', async () => {
    const hub = join(cwd, 'hub')
    const folders = await writeTinyInterdyn(join(cwd, 'tiny'))
    for (const [word, from] of Object.entries(folders))
      await cp(from, join(hub, `models--a--${word}`, 'snapshots', 'r1'), { recursive: true })
    const own = { cwd, env: { KINEMETRIC_WEIGHTS: join(cwd, 'imported') } }
    const imported = await kinemetric(['weights', 'import', 'hub'], own)
    expect(imported).toMatchObject({ code: 0, stderr: '' })
    const unknown = String.raw`\d[\d.]* MB, not known to be the official ones`
    const ids = ['interdyn-256x384', 'svd-img2vid']
    for (const id of ids) expect(imported.stdout).toMatch(new RegExp(`^hub: ${id} \\(${unknown}\\): `, 'm'))
    for (const command of [['weights', 'list'], ['weights', 'verify'], ['doctor']]) {
      const { stdout } = await kinemetric(command, own)
      for (const id of ids) expect(stdout).toMatch(new RegExp(`${id} .*${unknown}`))
    }
    const { stdout } = await kinemetric(['weights', 'list', '--json'], own)
    const listed: { id: string; official?: boolean | null }[] = JSON.parse(stdout)
    expect(listed.find(({ id }) => id === 'svd-img2vid')).toMatchObject({ official: false, bytes: expect.any(Number) })
    expect(listed.find(({ id }) => id === 'coshand')).toMatchObject({ official: null, bytes: null })
  })
})

describe.skipIf(!hasShared('weights', file))('with a real file of weights', () => {
  let server: Server
  let address: string
  const asked: string[] = []

  beforeAll(async () => {
    const content = await readFile(sharedPath('weights', file))
    const wrong = Buffer.from(content)
    wrong[100] ^= 1
    server = createServer((request, response) => {
      asked.push(request.url!)
      if (request.url === '/right') response.end(content)
      else if (request.url === '/wrong') response.end(wrong)
      else if (request.url === '/cut') {
        response.writeHead(200, { 'content-length': content.length })
        response.write(content.subarray(0, 1000), () => response.destroy())
      } else response.writeHead(404).end()
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const bound = server.address()
    if (typeof bound === 'string' || bound === null) throw new Error('expected a port')
    address = `http://127.0.0.1:${bound.port}`
  })
  afterAll(() => server.close())

  test('pull refuses what is not there, what is cut and what is another file, and leaves no file of that name', async () => {
    const pull = ['weights', 'pull', 'lpips-alex', '--quiet', '--retries', '1', '--url']
    expect(await refused([...pull, `${address}/nowhere`], { cwd, env })).toMatch(/licence: BSD-2-Clause[\s\S]*404/)
    expect(await refused([...pull, `${address}/wrong`], { cwd, env })).toMatch(/sha256|SHA-256/i)
    expect(await refused([...pull, `${address}/cut`], { cwd, env })).toMatch(/error: /)
    await expect(readFile(join(cwd, 'weights', file))).rejects.toThrow(/ENOENT/)
  })

  test('pull downloads, verifies, and does not fetch again what is there', async () => {
    const args = ['weights', 'pull', 'lpips-alex', '--url', `${address}/right`]
    const first = await spawned(args, { cwd, env })
    expect(first.code).toBe(0)
    expect(first.stdout).toMatch(/^lpips-alex: verified: .*\n$/)
    expect(first.stderr).toMatch(/LPIPS.*licence: BSD-2-Clause/)
    const requests = asked.length
    const again = await kinemetric([...args, '--json'], { cwd, env })
    expect(JSON.parse(again.stdout)).toMatchObject([{ id: 'lpips-alex', fetched: false }])
    expect(asked).toHaveLength(requests)
  })

  test('import recognises a file by its content, whatever its name; anything else is refused', async () => {
    await cp(sharedPath('weights', 'lpips-v0.1-squeeze.pth'), join(cwd, 'holiday.jpg'))
    const { code, stdout } = await kinemetric(['weights', 'import', 'holiday.jpg', '--json'], { cwd, env })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject([{ file: 'holiday.jpg', id: 'lpips-squeeze' }])
    await writeFile(join(cwd, 'diary.pth'), 'dear diary')
    expect(await refused(['weights', 'import', 'diary.pth'], { cwd, env })).toMatch(/diary\.pth/)
  })

  test('verify reads them all again; a damaged file is told, with code 2', async () => {
    const good = await kinemetric(['weights', 'verify'], { cwd, env })
    expect(good.code).toBe(0)
    expect(good.stdout).toMatch(/^(?!damaged).*lpips-alex .*lpips/m)
    await mkdir(join(cwd, 'weights'), { recursive: true })
    const path = join(cwd, 'weights', file)
    const bytes = await readFile(path)
    bytes[bytes.length >> 1] ^= 1
    await writeFile(path, bytes)
    const damaged = await kinemetric(['weights', 'verify', '--json'], { cwd, env })
    expect(damaged.code).toBe(2)
    const results: { id: string; status: string }[] = JSON.parse(damaged.stdout)
    expect(results.find(({ id }) => id === 'lpips-alex')?.status).toBe('damaged')
  })
})
