import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { findNpm, type Npm } from '../../src/runtime/find-npm.ts'
import { fetchOnnxruntime } from '../../src/runtime/fetch-onnxruntime.ts'
import { fetchedFolder, systemFolder } from '../../src/runtime/find-onnxruntime.ts'
import { onnxruntimePackage } from '../../src/runtime/onnxruntime-package.ts'
import { requireOnnxruntime } from '../../src/runtime/require-onnxruntime.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { smallPackage } from './small-package.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

/** A program in npm's place, which does what `body` says with its folder as `to`; each call leaves a line in `calls`. */
function fakeNpm(folder: string, body: string): { npm: Npm; calls: () => string[] } {
  const script = join(folder, 'npm.cjs')
  const log = join(folder, 'calls')
  const text = `const { copyFileSync, writeFileSync, appendFileSync, readFileSync } = require('node:fs')
    const args = process.argv.slice(2)
    appendFileSync(${JSON.stringify(log)}, args.join(' ') + '\\n')
    const to = args.find((arg) => arg.startsWith('--pack-destination=')).slice(19) + '/onnxruntime-node-1.30.0.tgz'
    ${body}`
  writeFileSync(script, text)
  return {
    npm: [process.execPath, script],
    calls: () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []),
  }
}

test('the file is the one that the workspace installs', () => {
  const lock = readFileSync(join(import.meta.dirname, '..', '..', '..', '..', 'pnpm-lock.yaml'), 'utf8')
  const { name, version, integrity } = onnxruntimePackage
  expect(lock).toContain(`  ${name}@${version}:\n    resolution: {integrity: ${integrity}}`)
})

test('npm fetches it, with no script, and what this system needs is kept', async () => {
  const folder = await temporaryFolder()
  const { path, pinned } = smallPackage(folder)
  const { npm, calls } = fakeNpm(folder, `copyFileSync(${JSON.stringify(path)}, to)`)
  const base = join(folder, 'base')
  mkdirSync(base)
  const said: string[] = []
  await fetchOnnxruntime(base, { npm, pinned, onFetch: (text) => said.push(text) })
  expect(calls()).toEqual([expect.stringMatching(/^pack onnxruntime-node@1\.30\.0 .*--ignore-scripts/)])
  expect(said).toEqual([expect.stringContaining(base)])
  const kept = readdirSync(fetchedFolder(base), { recursive: true, encoding: 'utf8' }).sort()
  expect(kept.filter((name) => /\.\w+$/.test(name)).map((name) => name.replaceAll('\\', '/'))).toEqual([
    `bin/napi-v6/${process.platform}/${process.arch}/libonnxruntime.so.1`,
    `bin/napi-v6/${process.platform}/${process.arch}/onnxruntime_binding.node`,
    'dist/index.js',
    'package.json',
  ])
  expect(existsSync(join(systemFolder(base), 'node_modules', 'onnxruntime-common', 'dist', 'cjs', 'index.js'))).toBe(
    true,
  )
  expect(readdirSync(base)).toHaveLength(1)
})

test('a file that was cut is refused and nothing is left; the next call begins anew', async () => {
  const folder = await temporaryFolder()
  const { path, pinned } = smallPackage(folder)
  const base = join(folder, 'base')
  mkdirSync(base)
  const cut = fakeNpm(folder, `writeFileSync(to, readFileSync(${JSON.stringify(path)}).subarray(0, 400))`)
  await expect(fetchOnnxruntime(base, { npm: cut.npm, pinned })).rejects.toMatchObject({ code: 'wrong-hash' })
  expect(readdirSync(base)).toEqual([])
  const whole = fakeNpm(folder, `copyFileSync(${JSON.stringify(path)}, to)`)
  await fetchOnnxruntime(base, { npm: whole.npm, pinned })
  expect(existsSync(fetchedFolder(base))).toBe(true)
})

test('without a registry it says which file to bring, where to put it and the command; there it is taken', async () => {
  const folder = await temporaryFolder()
  const { path, pinned } = smallPackage(folder)
  const base = join(folder, 'base')
  mkdirSync(base)
  const { npm, calls } = fakeNpm(
    folder,
    `console.error('npm error code ENOTFOUND\\nnpm error network request failed, reason: getaddrinfo ENOTFOUND\\nnpm error     at ClientRequest.<anonymous> (index.js:130:14)\\nnpm error A complete log of this run')
     process.exit(1)`,
  )
  const error = await fetchOnnxruntime(base, { npm, pinned }).catch((cause: unknown) => cause)
  expect(error).toMatchObject({
    code: 'network',
    found: 'npm, exit code 1: code ENOTFOUND; network request failed, reason: getaddrinfo ENOTFOUND',
  })
  expect(String(error)).toContain(pinned.url)
  expect(String(error)).toContain(base)
  expect(String(error)).toContain('kinemetric runtime import onnxruntime-node-1.30.0.tgz')
  copyFileSync(path, join(base, pinned.file))
  await fetchOnnxruntime(base, { npm, pinned })
  expect(calls()).toHaveLength(1)
  expect(existsSync(fetchedFolder(base))).toBe(true)
})

test('of two at once one fetches and the other waits for it', async () => {
  const folder = await temporaryFolder()
  const { path, pinned } = smallPackage(folder)
  const base = join(folder, 'base')
  vi.stubEnv('KINEMETRIC_RUNTIME', base)
  const { npm, calls } = fakeNpm(folder, `setTimeout(() => copyFileSync(${JSON.stringify(path)}, to), 300)`)
  const find = () => (existsSync(fetchedFolder(base)) ? { folder: fetchedFolder(base), fetched: true } : undefined)
  const both = await Promise.all([1, 2].map(() => requireOnnxruntime({ npm, pinned, find })))
  expect(both.map((found) => found.folder)).toEqual([fetchedFolder(base), fetchedFolder(base)])
  expect(calls()).toHaveLength(1)
})

test('where nothing can be written the variable that names another folder is said', async () => {
  const folder = await temporaryFolder()
  writeFileSync(join(folder, 'file'), '')
  vi.stubEnv('KINEMETRIC_RUNTIME', join(folder, 'file', 'runtime'))
  const error = await requireOnnxruntime({ npm: null, find: () => undefined }).catch((cause: unknown) => cause)
  expect(error).toMatchObject({ code: 'write-failed' })
  expect(String(error)).toContain('set KINEMETRIC_RUNTIME')
})

test('npm is the one that started the process, else the first on PATH, else the one beside Node', async () => {
  const folder = await temporaryFolder()
  const place = (...names: string[]) => {
    const path = join(folder, ...names)
    mkdirSync(join(path, '..'), { recursive: true })
    writeFileSync(path, '')
    return path
  }
  const node = place('node', 'bin', 'node')
  expect(findNpm({ PATH: '' }, node)).toBeUndefined()
  const beside = place('node', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js')
  expect(findNpm({ PATH: '', npm_execpath: place('pnpm', 'pnpm.cjs') }, node)).toEqual([node, beside])
  const windows = process.platform === 'win32'
  const onPath = windows ? place('bin', 'node_modules', 'npm', 'bin', 'npm-cli.js') : place('bin', 'npm')
  expect(findNpm({ PATH: join(folder, 'bin') }, node)).toEqual(windows ? [node, onPath] : [onPath])
  const own = place('own', 'npm-cli.js')
  expect(findNpm({ PATH: join(folder, 'bin'), npm_execpath: join(folder, 'own', 'npx-cli.js') }, node)).toEqual([
    node,
    own,
  ])
})
