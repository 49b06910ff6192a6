import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Manifest, readManifest } from '@kinemetric/benchmark'
import { hashFile } from '@kinemetric/files'
import { describe, expect, test } from 'vitest'
import { findMethod, nativeMethods, runMethod } from '../../src/index.ts'
import { smallManifest } from '../small-manifest.ts'

// What holds for every method of the catalogue that needs no weights: a new line of it is tested by being there.
const specs = await Promise.all(nativeMethods.map(async ({ id }) => (await findMethod(id)).spec))
const plainMethods = nativeMethods.filter((_, i) => Object.keys(specs[i].checkpoints).length === 0)
const { folder, manifest } = await smallManifest(2)
const frameCount = 14

/** The sha256 of every frame of every clip. */
async function frameHashes(out: string): Promise<Record<string, string[]>> {
  const hashes: Record<string, string[]> = {}
  for (const { id } of manifest.clips) {
    const sample = join(out, id, 's0')
    const names = (await readdir(sample)).filter((name) => name.endsWith('.png')).sort()
    hashes[id] = await Promise.all(names.map((name) => hashFile(join(sample, name))))
  }
  return hashes
}

describe.each(plainMethods)('$id', ({ id, sees }) => {
  const out = (name: string) => join(folder, id, name)
  const run = async (name: string, of: Manifest = manifest) => {
    const method = await findMethod(id)
    return runMethod({ method, manifest: of, out: out(name) })
  }

  test('has a method.json of its own name, which says what it sees; one that sees the reference is trivial', async () => {
    const { spec, native } = await findMethod(id)
    expect(spec).toMatchObject({ id, kind: 'native', capabilities: { reference: sees !== 'condition' } })
    expect(native?.id).toBe(id)
    expect(spec.trivial || sees === 'condition').toBe(true)
  })

  test('gives every clip its frames, and as its method.json says the same bytes the second time', async () => {
    expect(await run('first')).toEqual({ done: 2, resumed: 0, failures: [] })
    const first = await frameHashes(out('first'))
    for (const frames of Object.values(first)) expect(frames).toHaveLength(frameCount)
    await run('second')
    expect(await frameHashes(out('second'))).toEqual(first)
    // Every native method of today; one that says `none` needs another test than this.
    expect((await findMethod(id)).spec.determinism).toBe('bitwise-cpu')
  })

  test('gives the same bytes whatever comes before a clip and beside it', async () => {
    await run('reversed', { ...manifest, clips: manifest.clips.toReversed() })
    expect(await frameHashes(out('reversed'))).toEqual(await frameHashes(out('first')))
    if (sees === 'other-references') return
    await run('alone', { ...manifest, clips: manifest.clips.slice(1, 2) })
    const [, { id: clip }] = manifest.clips
    const names = (await readdir(join(out('alone'), clip, 's0'))).filter((name) => name.endsWith('.png')).sort()
    const alone = await Promise.all(names.map((name) => hashFile(join(out('alone'), clip, 's0', name))))
    expect(alone).toEqual((await frameHashes(out('first')))[clip])
  })

  test('goes on after a kill and ends with the same bytes', async () => {
    const source = `
      import { readManifest } from '@kinemetric/benchmark'
      import { findMethod, runMethod } from ${JSON.stringify(join(import.meta.dirname, '..', '..', 'src', 'index.ts'))}
      const [id, path, out] = process.argv.slice(1)
      const manifest = await readManifest(path)
      await runMethod({ method: await findMethod(id), manifest, out, onProgress: () => console.log('clip') })`
    const child = spawn(process.execPath, ['--input-type=module', '-e', source, id, manifest.path, out('killed')], {
      cwd: join(import.meta.dirname, '..', '..'),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    child.kill('SIGKILL')
    await once(child, 'exit')
    const result = await run('killed')
    expect(result).toMatchObject({ done: 2, failures: [] })
    expect(result.resumed).toBeGreaterThanOrEqual(1)
    expect(await frameHashes(out('killed'))).toEqual(await frameHashes(out('first')))
    for (const { id: clip } of manifest.clips) expect(await readdir(join(out('killed'), clip))).toEqual(['s0'])
  })
})

/** Runs a method where the references are gone. */
async function runBlind(id: string) {
  const blind = join(folder, id, 'without-reference')
  await cp(manifest.root, blind, { recursive: true })
  for (const clip of manifest.clips) await rm(join(blind, clip.reference.path))
  const method = await findMethod(id)
  return runMethod({
    method,
    manifest: await readManifest(join(blind, 'manifest.jsonl')),
    out: join(folder, id, 'blind'),
  })
}

test.each(plainMethods.filter(({ sees }) => sees === 'condition'))('$id needs no reference', async ({ id }) => {
  expect(await runBlind(id)).toMatchObject({ done: 2, failures: [] })
  expect(await frameHashes(join(folder, id, 'blind'))).toEqual(await frameHashes(join(folder, id, 'first')))
})

test.each(plainMethods.filter(({ sees }) => sees !== 'condition'))('$id can do nothing without it', async ({ id }) => {
  const { failures } = await runBlind(id)
  expect(failures.map(({ clip }) => clip)).toEqual(manifest.clips.map((clip) => clip.id))
  expect(JSON.stringify(failures)).not.toContain(folder)
})
