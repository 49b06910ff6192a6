import { describe, expect, test } from 'vitest'

// What each package promises. A change here is a change for its users: say it in CHANGELOG.md.
describe('public names', () => {
  for (const name of ['video', 'networks', 'metrics', 'records', 'benchmark', 'runners', 'report']) {
    test(`@kinemetric/${name}`, async () => {
      const exported = (await import(`../packages/${name}/src/index.ts`)) as Record<string, unknown>
      const names = Object.keys(exported).sort()
      expect(names.length).toBeGreaterThan(0)
      await expect(`${names.join('\n')}\n`).toMatchFileSnapshot(`api/${name}.txt`)
    })
  }
})
