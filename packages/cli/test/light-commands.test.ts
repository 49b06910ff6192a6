import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

// What a command loads it parses and runs, a millisecond of processor time a module: all networks and metrics are half a second, which every start paid.

/** Addresses of the modules that a file of this package loads, in a process of its own. */
async function loadedBy(file: string): Promise<string[]> {
  const script = `
    import module from 'node:module'
    const seen = []
    module.registerHooks({ load: (url, context, next) => (seen.push(url), next(url, context)) })
    await import(${JSON.stringify(pathToFileURL(join(import.meta.dirname, '..', 'src', file)).href)})
    console.log(seen.join('\\n'))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script])
  return stdout.trim().split('\n')
}

test('prepare loads neither networks nor metrics nor what reads records', async () => {
  const seen = await loadedBy('commands/benchmark/prepare.ts')
  const heavy = ['networks', 'metrics', 'evaluation', 'records', 'runners', 'report'].map(
    (name) => `/packages/${name}/src/index.ts`,
  )
  expect(seen.some((url) => url.endsWith('/packages/benchmark/src/index.ts'))).toBe(true)
  expect(seen.filter((url) => heavy.some((each) => url.endsWith(each)))).toEqual([])
})
