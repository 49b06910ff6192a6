import { expect, test, vi } from 'vitest'
import { cacheFolder, requireCacheFolder, weightSearchPath } from '../../src/index.ts'
import { writableFolder } from '../../src/weights/place-weight.ts'

vi.mock('node:os', async (original) => ({
  ...(await original<typeof import('node:os')>()),
  homedir: () => {
    throw new Error('uv_os_homedir returned ENOENT')
  },
}))

test('a user id without a home has no cache folder, and what needs one says which variable names it', async () => {
  for (const environment of [{}, { HOME: '' }]) {
    expect(cacheFolder(environment, 'linux')).toBeUndefined()
    expect(weightSearchPath(environment, 'linux')).toEqual([])
    expect(weightSearchPath({ ...environment, KINEMETRIC_WEIGHTS: '/w' }, 'linux')).toEqual(['/w'])
    expect(cacheFolder({ ...environment, XDG_CACHE_HOME: '/c' }, 'linux')).toBe('/c/kinemetric')
    expect(() => requireCacheFolder('KINEMETRIC_STATISTICS', environment)).toThrow(
      expect.objectContaining({
        code: 'no-home',
        message: expect.stringMatching(/XDG_CACHE_HOME.*KINEMETRIC_STATISTICS/),
      }),
    )
  }
  vi.stubEnv('HOME', '')
  vi.stubEnv('XDG_CACHE_HOME', '')
  await expect(writableFolder([])).rejects.toMatchObject({ code: 'no-home' })
  vi.unstubAllEnvs()
})
