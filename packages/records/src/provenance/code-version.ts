import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'

const run = promisify(execFile)

/** What code made a record. */
export interface CodeVersion {
  name: 'kinemetric'
  version: string
  /** Commit of the checkout that the code runs from; null for an installed package. */
  commit: string | null
  /** Whether that checkout's packages have changes that are not committed. */
  dirty: boolean | null
}

/**
 * The package's version and, in a git checkout of kinemetric, its commit. KINEMETRIC_COMMIT stands in for both where an image is built without `.git`.
 */
export async function codeVersion(environment: NodeJS.ProcessEnv = process.env): Promise<CodeVersion> {
  const root = join(import.meta.dirname, '..', '..')
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')))
  const given = environment.KINEMETRIC_COMMIT
  if (given !== undefined && given !== '') return { name: 'kinemetric', version, commit: given, dirty: false }
  // Inside somebody else's repository (node_modules of a project) the commit would be theirs, and asking git takes as long as scoring a pair.
  if (root.split(sep).includes('node_modules')) return { name: 'kinemetric', version, commit: null, dirty: null }
  const git = async (...args: string[]) => (await run('git', ['-C', root, ...args])).stdout.trim()
  try {
    // Another repository may have a copy in it.
    if ((await git('ls-files', '--error-unmatch', 'package.json')) === '')
      return { name: 'kinemetric', version, commit: null, dirty: null }
    const commit = await git('rev-parse', 'HEAD')
    const changes = await git('status', '--porcelain', '--untracked-files=no', '--', join(root, '..'))
    return { name: 'kinemetric', version, commit, dirty: changes !== '' }
  } catch {
    return { name: 'kinemetric', version, commit: null, dirty: null }
  }
}

/** `0.1.0, commit 1a2b3c4d5e6f, changed`. */
export function codeText({ version, commit, dirty }: Pick<CodeVersion, 'version' | 'commit' | 'dirty'>): string {
  // A commit that was given by hand may be any word.
  const at = commit === null ? '' : `, commit ${/^[\da-f]{40}$/.test(commit) ? commit.slice(0, 12) : commit}`
  return `${version}${at}${dirty === true ? ', changed' : ''}`
}

/** What stands in a list of what two things differ in, where code of other versions made them: both are named. */
export function otherVersionText(found: string, expected: string): string {
  return `version of kinemetric (${found}; there ${expected})`
}
