import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { cacheFolder, weightSearchPath } from '../../src/index.ts'

const home = resolve('/home/ada')

test('the folders of KINEMETRIC_WEIGHTS come first, then the cache folder', () => {
  const separator = process.platform === 'win32' ? ';' : ':'
  const environment = { HOME: home, KINEMETRIC_WEIGHTS: ['/shared/a', '/shared/b', '', '/shared/a'].join(separator) }
  expect(weightSearchPath(environment, 'linux')).toEqual([
    resolve('/shared/a'),
    resolve('/shared/b'),
    join(home, '.cache', 'kinemetric', 'weights'),
  ])
  expect(weightSearchPath({ HOME: home }, 'linux')).toEqual([join(home, '.cache', 'kinemetric', 'weights')])
})

test("the cache folder is each system's own", () => {
  const local = resolve('/appdata/local')
  expect(cacheFolder({ HOME: home }, 'linux')).toBe(join(home, '.cache', 'kinemetric'))
  expect(cacheFolder({ HOME: home }, 'darwin')).toBe(join(home, 'Library', 'Caches', 'kinemetric'))
  expect(cacheFolder({ HOME: home, LOCALAPPDATA: local }, 'win32')).toBe(join(local, 'kinemetric'))
  expect(cacheFolder({ HOME: home, XDG_CACHE_HOME: resolve('/big/cache') }, 'linux')).toBe(
    join(resolve('/big/cache'), 'kinemetric'),
  )
  // A relative path there is to be ignored.
  expect(cacheFolder({ HOME: home, XDG_CACHE_HOME: 'cache' }, 'linux')).toBe(join(home, '.cache', 'kinemetric'))
})
