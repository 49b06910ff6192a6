import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { claimsSchema } from '@kinemetric/records'
import { claimsTable } from '../src/board/claims-table.ts'
import { describe, expect, test } from 'vitest'
import { hasShared, sharedPath } from '../../../test/shared.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const files = globSync('baselines/*/paper.json', { cwd: root })

test('every paper.json fits the claims schema, is named for its folder and lies beside a README', () => {
  expect(files.length).toBeGreaterThanOrEqual(6)
  for (const file of files) {
    const claims = claimsSchema.parse(JSON.parse(readFileSync(join(root, file), 'utf8')))
    expect(claims.method.id).toBe(file.split(/[\\/]/)[1])
    expect(existsSync(join(root, file, '..', 'README.md'))).toBe(true)
  }
})

test('a claim whose source says how a number was computed says so beside the source', () => {
  const claim = claimsSchema.parse({
    schema: 'kinemetric/claims@1',
    kind: 'claim',
    method: { id: 'm', name: 'M' },
    protocol: 'p',
    source: { title: 'A paper', table: '2' },
    values: [
      { metric: 'fvd', label: 'FVD', value: 12, recipe: '16 frames at 128×128, StyleGAN-V' },
      { metric: 'psnr', label: 'PSNR', value: 20 },
    ],
  })
  expect(claimsTable([claim], 'p', [], undefined)?.rows[0].sourceText).toBe(
    'A paper, Table 2; FVD: 16 frames at 128×128, StyleGAN-V',
  )
})

interface PaperTable {
  arxiv: string
  columns: string[]
  rows: { method: string; values: (number | null)[] }[]
}

const hasTable = hasShared('spec', 'paper-table1.json')

describe.skipIf(!hasTable)("InterDyn's Table 1", () => {
  // A skipped body still runs, to collect its tests.
  if (!hasTable) return
  // Origin: the paper's table as typed off for the project's specification. Tolerance: none, both are decimal text.
  const table: PaperTable = JSON.parse(readFileSync(sharedPath('spec', 'paper-table1.json'), 'utf8'))

  test.each(table.rows.map((row) => [row.method, row.values] as const))('%s as printed', (method, values) => {
    const claims = claimsSchema.parse(JSON.parse(readFileSync(join(root, 'baselines', method, 'paper.json'), 'utf8')))
    expect(claims.source.arxiv).toBe(table.arxiv)
    expect(claims.values.map(({ metric }) => metric)).toEqual(table.columns)
    expect(claims.values.map(({ value }) => value)).toEqual(values)
  })
})

test('a metric that no record has is called what the paper calls it, one that a record has by its label', () => {
  const claims = claimsSchema.parse(
    JSON.parse(readFileSync(join(root, 'baselines', 'interdyn-256x384', 'paper.json'), 'utf8')),
  )
  const named = [{ id: 'ssim', label: { short: 'Similarity', long: 'Similarity', decimals: 3 } }]
  const table = claimsTable([claims], claims.protocol, named, undefined)
  expect(table?.columns.map(({ label }) => label).slice(0, 5)).toEqual(['Similarity', 'PSNR', 'LPIPS', 'FID', 'KID'])
})
