// Looks at what a pull request changes before anything reads it: whether it is a submission of records, and of nothing else.
// node scripts/submission.ts CHECKOUT BASE: the commits from BASE to the checkout's HEAD. Exit code 0: it is; 1: it is not, and why stands a line each.
import { spawnSync } from 'node:child_process'

const mostBytes = 64 * 2 ** 20
const mostOfAll = 256 * 2 ** 20

/** `results/<protocol>/<method>.<kind>`: names as records have them. */
const place =
  /^results\/([A-Za-z0-9][A-Za-z0-9._-]*)\/([A-Za-z0-9][A-Za-z0-9._-]*?)(\.run\.json|\.hashes\.jsonl|\.json|\.parquet)$/

/** A file of a commit. */
interface Entry {
  mode: string
  bytes: number
}

function git(folder: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('git', ['-C', folder, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 })
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr.trim()}`)
  return stdout
}

/** What changed, a letter (A, M, D, T) and a path each. */
function changes(folder: string, base: string): [letter: string, path: string][] {
  const parts = git(folder, 'diff', '--name-status', '-z', '--no-renames', `${base}...HEAD`).split('\0')
  const found: [string, string][] = []
  for (let at = 0; at + 1 < parts.length; at += 2) found.push([parts[at], parts[at + 1]])
  return found
}

function entriesOf(folder: string, commit: string): Map<string, Entry> {
  const lines = git(folder, 'ls-tree', '-r', '-l', '-z', commit).split('\0')
  return new Map(
    lines.flatMap((line): [string, Entry][] => {
      const [, mode, bytes, path] = /^(\d+) \w+ [0-9a-f]+ +(\d+|-)\t([^]*)$/.exec(line) ?? []
      return path === undefined ? [] : [[path, { mode, bytes: Number(bytes) || 0 }]]
    }),
  )
}

/** Why a change is none of a submission, one line for each; [] where all of it is. */
export function submissionFaults(folder: string, base: string): string[] {
  const before = entriesOf(folder, git(folder, 'merge-base', base, 'HEAD').trim())
  const after = entriesOf(folder, 'HEAD')
  const changed = changes(folder, base)
  const faults = changed.flatMap(([letter, path]) => faultOf(letter, path, before, after))
  const bytes = changed.reduce((sum, [, path]) => sum + (after.get(path)?.bytes ?? 0), 0)
  if (bytes > mostOfAll) faults.push(`${bytes} bytes in all, of at most ${mostOfAll}`)
  if (changed.length === 0) faults.push('nothing is changed')
  return faults
}

function faultOf(letter: string, path: string, before: Map<string, Entry>, after: Map<string, Entry>): string[] {
  const shown = JSON.stringify(path)
  const [, protocol, method, kind] = place.exec(path) ?? []
  if (kind === undefined)
    return [
      `${shown}: expected results/<protocol>/<method>.json, .parquet, .hashes.jsonl or .run.json: no other file belongs to a submission`,
    ]
  const entry = after.get(path)
  if (entry === undefined) return [`${shown}: is removed; a submission adds its own files`]
  if (entry.mode !== '100644')
    return [
      `${shown}: expected a plain file (mode 100644), found mode ${entry.mode}: an executable, a link or another repository`,
    ]
  if (entry.bytes > mostBytes) return [`${shown}: ${entry.bytes} bytes, of at most ${mostBytes} a file`]
  // Comparisons are of all methods of a protocol: whoever adds one makes them anew.
  if (method === 'comparisons' && kind === '.json') return []
  if (letter !== 'A' || before.has(path)) return [`${shown}: is there already; a submission changes no file of others`]
  const record = `results/${protocol}/${method}.json`
  if (before.has(record)) return [`${shown}: belongs to ${record}, which is there already`]
  return after.has(record) ? [] : [`${shown}: expected ${record} beside it`]
}

if (import.meta.main) {
  const [folder, base] = process.argv.slice(2)
  if (folder === undefined || base === undefined) {
    console.error('expected a checkout and the commit that it begins from: node scripts/submission.ts CHECKOUT BASE')
    process.exit(2)
  }
  const faults = submissionFaults(folder, base)
  for (const fault of faults) console.log(fault)
  console.log(
    faults.length === 0
      ? 'a submission of records'
      : `${faults.length === 1 ? '1 thing is' : `${faults.length} things are`} in the way; CONTRIBUTING.md says what a submission is`,
  )
  process.exitCode = faults.length === 0 ? 0 : 1
}
