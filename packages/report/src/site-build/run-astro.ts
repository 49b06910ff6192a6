import { spawn } from 'node:child_process'
import { readdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ReportError } from '../board/report-error.ts'
import type { SiteModel } from '../site-model/site-model.ts'

/**
 * Renders the pages of `model` into `outDir` by Astro, in a process of its own that has `work` as its root: nothing is written elsewhere.
 * Answers the number of pages. Throws ReportError `build-failed` with what Astro said; the signal's reason when aborted.
 */
export async function runAstro(
  model: SiteModel,
  work: string,
  outDir: string,
  signal: AbortSignal | undefined,
): Promise<number> {
  const modelPath = join(work, 'model.json')
  await writeFile(modelPath, JSON.stringify(model))
  // Astro names its own entry modules by package, seen from its root: the temporary folder must find it there.
  const astro = dirname(fileURLToPath(import.meta.resolve('astro/package.json')))
  await symlink(dirname(astro), join(work, 'node_modules'), 'junction')
  const script = join(import.meta.dirname, '..', '..', 'site', 'build.mjs')
  // The scripts of the pages are TypeScript whose types Node strips, which it calls experimental on standard error.
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script], {
    cwd: work,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ASTRO_TELEMETRY_DISABLED: '1',
      NODE_ENV: 'production',
      NODE_OPTIONS: '',
      KINEMETRIC_SITE_MODEL: modelPath,
      KINEMETRIC_SITE_ROOT: work,
      KINEMETRIC_SITE_OUT: outDir,
    },
    ...(signal ? { signal } : {}),
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8')
    stream.on('data', (text: string) => {
      said = (said + text).slice(-8000)
    })
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  }).catch((cause: unknown) => {
    signal?.throwIfAborted()
    throw new ReportError('build-failed', `Astro could not be started (${String(cause)})`, { cause })
  })
  if (code !== 0)
    throw new ReportError('build-failed', `expected Astro to end with 0; it ended with ${code}:\n${said.trim()}`)
  const names = await readdir(outDir, { recursive: true })
  return names.filter((name) => name.endsWith('.html')).length
}
