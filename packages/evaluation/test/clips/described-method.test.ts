import { expect, test } from 'vitest'
import { describeMethod, unverifiedWarnings } from '../../src/clips/described-method.ts'

const sha256 = 'a'.repeat(64)
const weight = (id: string) => ({ id, sha256, licence: 'unknown', more: 1 })
const described = (ids: readonly string[] | undefined) =>
  describeMethod(undefined, 'generated/mine', {
    run: { method: { id: 'mine', displayName: 'Mine' }, weights: ids?.map(weight) },
  })

test('weights that generated the clips stand in the record, and no more of them than that', () => {
  expect(described(['svd-unet']).weights).toEqual([{ id: 'svd-unet', sha256, licence: 'unknown' }])
  expect(described(undefined)).not.toHaveProperty('weights')
})

test('weights that nothing vouches for are said once a word that gave them; others are not', () => {
  const ids = ['unverified:svd/unet/a.safetensors', 'unverified:svd/vae/b.safetensors', 'svd/vae/config.json', 'known']
  expect(unverifiedWarnings(described([...ids, 'unverified:interdyn/controlnet/c.safetensors']))).toEqual([
    'made with weights that nothing vouches for (svd, interdyn): not known to be the official ones',
  ])
  expect(unverifiedWarnings(described(['svd/vae/config.json', 'known']))).toEqual([])
  expect(unverifiedWarnings(described(undefined))).toEqual([])
})

test('the name says that nothing vouches for the weights, and of others nothing', () => {
  expect(described(['unverified:svd/unet/a.safetensors']).name).toBe('Mine (unverified weights)')
  expect(described(['known', 'svd/vae/config.json']).name).toBe('Mine')
})

type Run = Parameters<typeof describeMethod>[2]['run']

const made = (run: Run, asked = {}) => describeMethod(asked, 'generated/mine', { run })

test('what a method is, how its clips were made and by whom stand in the record, as far as anybody says so', () => {
  const method = { id: 'mine', summary: 'Moves the mask.', kind: 'process' } as const
  const asked = { sampledBy: 'A', scoredBy: 'B', byAuthors: true }
  expect(made({ method }, asked)).toMatchObject({
    summary: 'Moves the mask.',
    origin: { runner: 'program', sampledBy: 'A', scoredBy: 'B', byAuthors: true },
  })
  expect(made({ method: { ...method, kind: 'native' } }).origin).toEqual({ runner: 'native' })
  expect(made(undefined).origin).toEqual({ runner: 'frames' })
  expect(made({ method: { id: 'mine' } })).not.toHaveProperty('origin')
})
