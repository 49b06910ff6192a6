import { readdir } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isThere, ownFolder, readRegularFile } from '@kinemetric/files'
import { reportError } from '../board/report-error.ts'
import type { SiteAsset, SiteRenderer, SiteShell } from './site-renderer.ts'

/** What the checkout makes of its sources: `site/make-shell.ts`. */
interface ShellMaker {
  makeShell: () => Promise<{ module: string; assets: SiteAsset[] }>
}

let opened: Promise<SiteShell> | undefined

/**
 * What sites are made with: in an installed package the folder `site-renderer` that its release wrote, in the checkout made of `site` once a process, in memory. Only
 * the latter needs Astro and esbuild. @throws KinemetricError `build-failed` where neither is there
 */
export function openShell(): Promise<SiteShell> {
  opened ??= shell()
  opened.catch(() => (opened = undefined))
  return opened
}

async function shell(): Promise<SiteShell> {
  const folder = shellFolder()
  if (await isThere(join(folder, 'renderer.mjs'))) return writtenShell(folder)
  // Named by its address alone: nothing that packs this file takes it along.
  const maker = join(import.meta.dirname, '..', '..', 'site', 'make-shell.ts')
  if (!(await isThere(maker)))
    throw reportError('build-failed', folder, {
      expected: 'what a release carries to render pages with',
      found: 'nothing',
      then: 'install kinemetric anew',
    })
  const { makeShell }: ShellMaker = await import(pathToFileURL(maker).href)
  const { module, assets } = await makeShell()
  const { renderPages }: SiteRenderer = await import(
    `data:text/javascript;base64,${Buffer.from(module).toString('base64')}`
  )
  return { renderPages, assets }
}

/** Where an installed package has it. */
export function shellFolder(): string {
  return ownFolder('site-renderer')
}

/** What `site/write-shell.ts` wrote into a folder. */
export async function writtenShell(folder: string): Promise<SiteShell> {
  const { renderPages }: SiteRenderer = await import(pathToFileURL(join(folder, 'renderer.mjs')).href)
  const entries = await readdir(join(folder, 'assets'), { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const assets = paths.sort().map(async (path) => ({
    path: relative(folder, path).replaceAll(sep, '/'),
    bytes: await readRegularFile(path),
  }))
  return { renderPages, assets: await Promise.all(assets) }
}
