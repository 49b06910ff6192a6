import { cp, readdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readTextFile, runWorkerProcess } from '@kinemetric/files'
import { reportError } from '../board/report-error.ts'
import type { SiteModel } from '../site-model/site-model.ts'

/**
 * Renders the pages of `model` into `outDir` by Astro, in a process of its own that has `work` as its root: nothing is written elsewhere.
 * Answers the number of pages. @throws KinemetricError `build-failed` with what Astro said; the signal's reason when aborted
 */
export async function runAstro(
  model: SiteModel,
  work: string,
  outDir: string,
  signal: AbortSignal | undefined,
): Promise<number> {
  const pages = join(work, 'pages')
  const modelPath = join(work, 'model.json')
  await writeFile(modelPath, JSON.stringify(model))
  // Astro names its own entry modules by package, seen from its root: the temporary folder must find it there.
  const astro = dirname(fileURLToPath(import.meta.resolve('astro/package.json')))
  await symlink(dirname(astro), join(work, 'node_modules'), 'junction')
  const script = join(import.meta.dirname, '..', '..', 'site', 'build.mjs')
  const logFile = join(work, 'astro.log')
  const code = await runWorkerProcess({
    program: process.execPath,
    // Its heap is small; left to grow, the young generation alone takes 50 MiB.
    args: ['--max-semi-space-size=2', script],
    cwd: work,
    env: {
      ...ownEnvironment(),
      ASTRO_TELEMETRY_DISABLED: '1',
      NODE_ENV: 'production',
      NODE_OPTIONS: '',
      // The bundler's threads else keep a heap each.
      MALLOC_ARENA_MAX: '1',
      RAYON_NUM_THREADS: '1',
      KINEMETRIC_SITE_MODEL: modelPath,
      KINEMETRIC_SITE_ROOT: work,
      // Astro empties the folder that it writes into.
      KINEMETRIC_SITE_OUT: pages,
      KINEMETRIC_SITE_LIVE: model.live === null ? '' : '1',
    },
    logFile,
    signal,
  })
  if (code !== 0) {
    const said = (await readTextFile(logFile)).slice(-8000).trim()
    throw reportError('build-failed', 'Astro', { expected: 'to end with 0', found: `${code}:\n${said}` })
  }
  await cp(pages, outDir, { recursive: true })
  const names = await readdir(pages, { recursive: true })
  return names.filter((name) => name.endsWith('.html')).length
}

function ownEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}
