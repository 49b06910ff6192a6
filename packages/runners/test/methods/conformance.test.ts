import { join } from 'node:path'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { isError } from '@kinemetric/files'
import { afterAll, describe, expect, test } from 'vitest'
import { findMethod, nativeMethods, testMethod } from '../../src/index.ts'

// What holds for every method of the catalogue: a new line of it is tested by being there.
const folder = await mkdtemp(join(tmpdir(), 'kinemetric-conformance-'))
afterAll(() => rm(folder, { recursive: true, force: true }))

describe.each(nativeMethods)('$id', ({ id, sees }) => {
  test('has a method.json of its own name, which says what it sees; one that sees the reference is trivial', async () => {
    const { spec, native } = await findMethod(id)
    expect(spec).toMatchObject({ id, kind: 'native', capabilities: { reference: sees !== 'condition' } })
    expect(native?.id).toBe(id)
    expect(spec.trivial || sees === 'condition').toBe(true)
  })

  test('passes the conformance test', { timeout: 900_000 }, async ({ skip }) => {
    const results = await testMethod({ method: await findMethod(id), folder: join(folder, id) }).catch(
      (error: unknown) => {
        if (isError(error, 'missing')) return skip(error.message)
        throw error
      },
    )
    expect(results.filter(({ verdict }) => verdict === 'fail')).toEqual([])
    expect(results.map((result) => result.id)).toEqual(expect.arrayContaining(['frames', 'same-seed', 'resume']))
  })
})
