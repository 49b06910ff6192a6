import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generatorCatalogue } from '@kinemetric/networks'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkpointPath, unvouched, usesOf } from '../../src/latent/given-checkpoints.ts'

let folder: string
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'kinemetric-given-')))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const asked = (word: string, checkpoints = {}) =>
  checkpointPath({ checkpoints, searchPath: [folder] }, word, '<folder>')

/** Weights as `weights pull` leaves them, of a few bytes. */
async function pulled(id: string, how: 'pulled' | 'imported' = 'pulled'): Promise<string> {
  const entry = generatorCatalogue.find((known) => known.id === id)
  const files: Record<string, { bytes: number; sha256: string }> = {}
  for (const { path } of entry?.files ?? []) {
    const to = join(folder, id, path)
    await mkdir(join(to, '..'), { recursive: true })
    await writeFile(to, path)
    files[path] = { bytes: path.length, sha256: createHash('sha256').update(path).digest('hex') }
  }
  await writeFile(join(folder, id, 'kinemetric-weights.json'), JSON.stringify({ id, how, files }))
  return join(folder, id)
}

test('a checkpoint that was given comes first, then what was pulled, then the command that gets it', async () => {
  expect(await asked('svd', { svd: '/own' })).toBe('/own')
  await expect(asked('svd')).rejects.toMatchObject({ code: 'method-weights', where: 'svd' })
  await expect(asked('svd')).rejects.toThrow(/kinemetric weights pull svd-img2vid .*HF_TOKEN/)
  const at = await pulled('svd-img2vid')
  expect(await asked('svd')).toBe(at)
  expect(await asked('coshand').catch(() => undefined)).toBeUndefined()
  expect(await asked('coshand', {}).catch((error: Error) => error.message)).toMatch(/weights pull coshand/)
  await pulled('coshand')
  expect(await asked('coshand')).toBe(join(folder, 'coshand', 'coshandrelease.ckpt'))
})

test('before gigabytes are read a file counts as known by the size of what was pulled, and by no more', async () => {
  const at = await pulled('interdyn-256x384')
  const [config, path] = ['config.json', 'diffusion_pytorch_model.safetensors'].map((name) =>
    join(at, 'controlnet', name),
  )
  expect(await unvouched([['interdyn', [config, path]]])).toEqual([])
  await writeFile(path, 'another length')
  expect(await unvouched([['interdyn', [config, path]]])).toEqual([['interdyn', [path]]])
  await pulled('interdyn-256x384', 'imported')
  expect(await unvouched([['interdyn', [config, path]]])).toEqual([['interdyn', [path]]])
})

test('what was pulled is named with its licence; what was imported or changed since needs --unverified', async () => {
  const path = join(await pulled('interdyn-256x384'), 'controlnet', 'diffusion_pytorch_model.safetensors')
  const uses = await usesOf([['interdyn', [path]]], { unverified: false })
  expect(uses).toMatchObject([{ id: 'interdyn-256x384/controlnet/diffusion_pytorch_model.safetensors' }])
  expect(uses[0].licence).toContain('Max Planck')
  await writeFile(path, 'changed')
  await expect(usesOf([['interdyn', [path]]], { unverified: false })).rejects.toThrow('--unverified')
  await pulled('interdyn-256x384', 'imported')
  await expect(usesOf([['interdyn', [path]]], { unverified: false })).rejects.toThrow('--unverified')
  expect((await usesOf([['interdyn', [path]]], { unverified: true }))[0].id).toMatch(/^unverified:/)
})
