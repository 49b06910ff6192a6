// A folder that all test files of a run share, made when the run begins and removed when it ends: vitest calls this once, before the workers start.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    sharedFolder: string
  }
}

export default function makeSharedFolder(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'kinemetric-test-run-'))
  project.provide('sharedFolder', folder)
  // What was made of code that has changed since is not for the run that comes after it.
  project.onTestsRerun(() => rmSync(join(folder, 'made'), { recursive: true, force: true }))
  return () => rmSync(folder, { recursive: true, force: true })
}
