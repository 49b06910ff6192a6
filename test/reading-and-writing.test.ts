import { globSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { describe, expect, test } from 'vitest'

// A named pipe or an endless device keeps a plain read waiting for ever, and a full disk leaves half of a plain write. packages/files has the functions
// that refuse the first (openRegularFile, readRegularFile, readTextFile, readJson, hashFile) and make the second whole or nothing (writeWhole, openWhole,
// writeWholeFolder, writeBytes); what opens files by itself is listed here with its reason.

/** Functions of node:fs that open a file's content by its path or write it. */
const opening = new Set(
  `readFile readFileSync createReadStream open openSync openAsBlob readv readvSync
  writeFile writeFileSync appendFile appendFileSync createWriteStream writeSync writev
  copyFile copyFileSync cp cpSync promises default`.split(/\s+/),
)

const folderInTheMaking = 'in an unfinished folder, which gets its name when it is whole'

/** `path function` of what may, and why. */
const exceptions: Record<string, string> = {
  'packages/files/src/reading/open-regular-file.ts open': 'the one function that opens for reading',
  'packages/files/src/reading/open-regular-file.ts openSync': 'the same, without giving way',
  'packages/files/src/writing/whole-file.ts open': 'the one function that opens for writing',
  'packages/files/src/writing/copy-part.ts open': 'new files of a folder in the making',
  'packages/files/src/writing/lock.ts open': 'locks, which are exclusive creates',
  'packages/files/src/writing/lock-owner.ts readFileSync': 'the kernel’s own files under /proc',
  'packages/files/src/writing/lock-owner.ts readFile': 'the kernel’s own files under /proc',
  'packages/files/src/worker-process.ts createWriteStream':
    'appends to a log; a failure ends the process that is logged',
  'packages/benchmark/src/prepare/prepare-clip.ts copyFile': `${folderInTheMaking}; the source was hashed as a regular file`,
  'packages/networks/src/runtime/unpack-onnxruntime.ts cp': `${folderInTheMaking}; its source is a package that npm installed`,
  'packages/benchmark/src/prepare/prepare-one.ts writeFile': folderInTheMaking,
  'packages/runners/src/run/machine.ts readFile': 'the kernel’s own files under /proc',
  'packages/runners/src/execution/sample.ts writeFile': folderInTheMaking,
  'packages/runners/src/merge/bring-samples.ts copyFile': `${folderInTheMaking}; its sources were hashed as regular files, and copies are hashed again`,
  'packages/report/src/site-build/build-site.ts writeFile': folderInTheMaking,
  'packages/report/src/site-build/build-site.ts copyFile': `${folderInTheMaking}; sources were confined and are regular files`,
  'packages/report/src/site-build/site-folder.ts writeFile': folderInTheMaking,
  'packages/report/src/site-build/write-pages.ts writeFile': folderInTheMaking,
  'packages/report/src/site-build/write-data-files.ts writeFile': folderInTheMaking,
  'packages/report/src/site-build/write-thumbnails.ts writeFile': folderInTheMaking,
  'packages/report/src/site-build/write-thumbnails.ts copyFile': `${folderInTheMaking}; what is copied is of an earlier site, by the digest of what it was made of`,
  'packages/report/src/site-model/clip-values/scratch-file.ts openSync':
    'a file of our own in a temporary folder of our own, which ends with the build',
  'packages/report/src/site-model/clip-values/scratch-file.ts writeSync': 'the same',
  'packages/evaluation/src/journal/journal.ts open':
    'appends lines; a last line that was cut off is dropped when it is read',
  'packages/evaluation/src/extract/shards/kept-rows.ts open':
    'appends records with checksums; one that was cut off is dropped when it is read',
  'packages/benchmark/src/prepare-shards/prepare-shard.ts open':
    'a journal that counts only with the sha256 that its shard’s file has of it',
  'packages/benchmark/src/prepare-shards/prepared-files.ts copyFile': `${folderInTheMaking}; its sources were hashed as regular files, and copies are hashed again`,
  'packages/records/src/provenance/code-version.ts readFile': 'our own package.json',
  'packages/cli/src/output/version.ts readFileSync': 'our own package.json, before anything is loaded',
  'packages/cli/src/output/print.ts writeSync': 'standard output',
  'packages/networks/src/weights/download.ts open':
    'goes on with an unfinished download under its lock; its sha256 is checked before it gets its name',
  'packages/networks/src/weights/parts/fetch-part.ts open':
    'goes on with an unfinished fetch under its lock; its tensors are digested before it gets its name',
  'packages/networks/src/weights/import-weight.ts copyFile':
    'of a file that was hashed as a regular one, to an unfinished name; hashed again',
  'packages/networks/src/generator-weights/import-generator.ts copyFile':
    'of files that were opened as a model’s regular ones, to an unfinished name; hashed after that',
  'packages/networks/src/weights/import-weight.ts open': 'waits for the disk before the copy gets its name',
}

const root = join(import.meta.dirname, '..')
const sources = [
  ...globSync('packages/*/src/**/*.ts', { cwd: root }),
  ...globSync('packages/report/site/src/**/*.ts', { cwd: root }),
]

/** `path function` of every function of node:fs in a source that opens a file. */
function uses(path: string): string[] {
  const text = readFileSync(join(root, path), 'utf8')
  const imports = text.matchAll(/import\s+(type\s+)?([^'"]*?)\s*from\s*['"](?:node:)?fs(?:\/promises)?['"]/g)
  const names = [...imports].flatMap(([, isType, what]) => (isType === undefined ? importedNames(what) : []))
  const dynamic = /\b(?:import|require)\(\s*['"](?:node:)?fs(?:\/promises)?['"]/.test(text) ? ['default'] : []
  return [...names, ...dynamic]
    .filter((name) => opening.has(name))
    .map((name) => `${path.replaceAll(sep, '/')} ${name}`)
}

/** Of an import clause; a namespace or the default is all of them. */
function importedNames(clause: string): string[] {
  const inside = /\{([^}]*)\}/.exec(clause)?.[1]
  if (inside === undefined) return ['default']
  return inside
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '' && !part.startsWith('type '))
    .map((part) => part.split(/\s+as\s+/, 1)[0])
}

describe('files are opened by packages/files alone', () => {
  const found = sources.flatMap(uses)

  test('for reading, so that no pipe or device is waited for, and for writing, so that what has a name is whole', () => {
    expect(found.filter((use) => !Object.hasOwn(exceptions, use))).toEqual([])
  })

  test('no exception is left over', () => {
    expect(Object.keys(exceptions).filter((use) => !found.includes(use))).toEqual([])
  })
})

test('the rule sees what it is there for', () => {
  expect(importedNames('{ type FileHandle, readFile as read, stat }')).toEqual(['readFile', 'stat'])
  expect(importedNames('* as fs')).toEqual(['default'])
})

// A typed array is a window on a buffer that may be larger, and a Node Buffer’s own slice() shares it: bytes of others would be read as numbers.
test('no buffer of a typed array is taken without its place in it', () => {
  const careless = /\.(?:slice|subarray)\([^()]*\)\.buffer\b/
  const found = sources.filter((path) => careless.test(readFileSync(join(root, path), 'utf8')))
  expect(found).toEqual([])
})

// Node asks for ever where a folder is there and takes none (/proc, homes of some containers); makeFolder of packages/files says so.
test('no folder is made with those above it by Node’s own function', () => {
  const endless = /\bmkdir\w*\([^;]{0,200}?recursive: true/
  expect(endless.test('await mkdir(dirname(path), { recursive: true })')).toBe(true)
  const found = sources.filter((path) => endless.test(readFileSync(join(root, path), 'utf8')))
  expect(found).toEqual([])
})

// Node's own function throws for a user without a home; homeFolder of packages/files says that there is none.
test('the user’s home is asked for in one place', () => {
  const found = sources.filter((path) => /\bhomedir\b/.test(readFileSync(join(root, path), 'utf8')))
  expect(found.map((path) => path.replaceAll(sep, '/'))).toEqual(['packages/files/src/home-folder.ts'])
})
