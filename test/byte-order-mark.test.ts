import { globSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { expect, test } from 'vitest'

// Editors on Windows put a byte order mark before UTF-8. One function of packages/files knows of it; a file's text that is parsed elsewhere would be refused.

/** Files that may call JSON.parse all the same, each with the reason. */
const exceptions: Record<string, string> = {
  'packages/files/src/reading/parse-json.ts': 'the one function',
  'packages/files/src/errors/error-across.ts': 'our own words to a child process',
  'packages/benchmark/src/datasets/something-else/json-members.ts':
    'a part of a file whose mark was passed over at its start',
  'packages/cli/src/options/benchmark/collect-setting.ts': 'a value of the command line',
  'packages/cli/src/output/version.ts': 'our own package.json, before anything is loaded',
  'packages/records/src/provenance/code-version.ts': 'our own package.json',
  'packages/evaluation/src/compare/compared-record.ts': 'lines that we wrote',
  'packages/evaluation/src/journal/journal.ts': 'lines that we wrote, counted in bytes',
  'packages/evaluation/src/journal/journal-lines.ts': 'lines that we wrote, each with a checksum',
  'packages/evaluation/src/store/feature-cache.ts': "a binary entry's header",
  'packages/networks/src/checkpoints/formats/safetensors.ts': "a binary file's header",
  'packages/networks/src/cuda/cuda-state.ts': 'a note that we wrote',
  'packages/networks/src/weights/download.ts': 'a note that we wrote',
  'packages/networks/src/weights/parts/fetch-part.ts': 'a note that we wrote',
  'packages/networks/src/weights/pins.ts': 'a note that we wrote',
  'packages/networks/src/weights/identification-cache.ts': 'a memory that we wrote',
  'packages/report/src/data-files/board-file.ts': 'data of a site that we wrote; browsers read it too',
  'packages/report/src/data-files/classes-file.ts': 'data of a site that we wrote; browsers read it too',
  'packages/report/src/data-files/container.ts': 'data of a site that we wrote; browsers read it too',
  'packages/report/src/data-files/packed-parts.ts': 'data of a site that we wrote; browsers read it too',
  'packages/report/src/site-build/write-pages.ts': 'the model that the build made, once more through JSON',
  'packages/report/src/site-model/results/load-results.ts': 'a record that was read, once more through JSON',
  'packages/runners/src/execution/run-program.ts': "a line of a program's output",
  'packages/runners/src/provenance/run-file.ts': 'what we say of this machine, once more through JSON',
  'packages/evaluation/src/extract/shards/kept-rows.ts': 'records that we wrote, each with a checksum',
  'packages/runners/src/conformance/run-in-child.ts': 'our own words to a child process',
  'packages/video/src/decoders/probe-with-ffprobe.ts': "a program's output",
}

test("JSON of a user's files is parsed where a byte order mark is known", () => {
  const root = join(import.meta.dirname, '..')
  const found = globSync('packages/*/src/**/*.ts', { cwd: root })
    .filter((path) => /\bJSON\.parse\(/.test(readFileSync(join(root, path), 'utf8')))
    .map((path) => path.replaceAll(sep, '/'))
    .filter((path) => !Object.hasOwn(exceptions, path))
  expect(found).toEqual([])
})
