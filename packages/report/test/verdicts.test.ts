import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hashFile } from '@kinemetric/files'
import { type StoredRecord, type Verdicts, writeVerdicts } from '@kinemetric/records'
import { verdictsText } from '@kinemetric/report'
import { temporaryFolder } from '../../../test/temporary-folder.ts'
import { storedVerdicts } from '../src/site-model/results/stored-verdicts.ts'

const digest = 'a'.repeat(64)
const claim = {
  method: 'mine',
  name: 'Mine',
  claims: 'mine',
  source: { title: 'A paper', table: '1' },
  metric: 'psnr',
  label: 'PSNR',
  recipe: 'frame-mean',
  unit: 'dB',
  claimed: 19.04,
  printed: '19.04',
  measured: 19.1,
  interval: { low: 19.04, high: 19.16, level: 0.95 },
  difference: 19.1 - 19.04,
  margin: 0.225,
  clips: { measured: 8667, claimed: 8667 },
  verdict: 'reproduced' as const,
  reasons: [],
}
const other = {
  ...claim,
  label: 'a|b\u001B',
  measured: null,
  interval: null,
  difference: null,
  verdict: 'not-comparable' as const,
  reasons: ['other clips (29 here, 8,667 there)', 'no interval here'],
}
const verdicts: Verdicts = {
  schema: 'kinemetric/verdicts@1',
  benchmark: { id: 'b', title: 'B' },
  protocol: { id: 'p', version: 1, digest },
  records: [],
  margins: {},
  clipsWithin: 0.02,
  held: [claim, other],
}

describe('claims held against measurements', () => {
  test('stand side by side with interval, difference, margin and verdict, and are counted', () => {
    const text = verdictsText([verdicts], { format: 'terminal', width: 160 })
    expect(text).toMatch(/Mine +PSNR +19\.04 +19\.100 \[19\.040, 19\.160\] +\+0\.060 +0\.225 +reproduced/)
    expect(text).toMatch(/none +– +0\.225 +not comparable: other clips \(29 here, 8,667 there\); no interval here/)
    expect(text).toContain('Of 2 claims 1 reproduced, 0 not reproduced, 1 not comparable.')
  })

  test('obey no control character and break no table', () => {
    const text = verdictsText([verdicts], { format: 'markdown' })
    expect(text).not.toContain('\u001B')
    expect(text).toContain(String.raw`a\|b`)
    expect(text.split('\n').filter((line) => line.startsWith('|'))).toHaveLength(4)
  })
})

test('a site takes verdicts on these very records, and leaves out those on others', async () => {
  const folder = join(await temporaryFolder('kinemetric-verdicts-'), 'p')
  await mkdir(folder)
  const path = join(folder, 'mine.json')
  await writeFile(path, '{}')
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is read of a record here
  const record = { method: { id: 'mine' }, protocol: { digest } } as StoredRecord['record']
  const stored = [{ path, folder, record, name: 'p/mine.json' }]
  await writeVerdicts(join(folder, 'verdicts.json'), {
    ...verdicts,
    records: [{ method: 'mine', record: await hashFile(path) }],
  })
  const problems: string[] = []
  expect(await storedVerdicts(stored, problems)).toHaveLength(1)
  await writeFile(path, '{ }')
  expect(await storedVerdicts(stored, problems)).toEqual([])
  expect(problems).toEqual(['p/verdicts.json is left out: it was made of other records'])
})
