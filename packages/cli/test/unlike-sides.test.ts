import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { kinemetric, temporaryFolder } from './kinemetric.ts'
import { writeVideo } from './small-videos.ts'

const cwd = await temporaryFolder()
const score = (generated: string) =>
  kinemetric(`score --reference refs --generated ${generated} --metrics psnr --quiet`.split(' '), { cwd })

beforeAll(async () => {
  await writeVideo(join(cwd, 'refs'), 'a')
  await writeVideo(join(cwd, 'short'), 'a', { frames: 4 })
  await writeVideo(join(cwd, 'small'), 'a', { height: 32 })
  await writeVideo(join(cwd, 'unpaired'), 'b')
})

test.each(['short', 'small'])('sides that do not fit (%s): what makes them fit is said once', async (generated) => {
  const { code, stderr } = await score(generated)
  expect(code).toBe(1)
  expect(stderr.match(/^note: .*protocol init --from as-is > mine\.json.*--protocol mine\.json$/gm)).toHaveLength(1)
})

test('of videos that have no partner nothing is said of it', async () => {
  const { code, stderr } = await score('unpaired')
  expect(code).toBe(1)
  expect(stderr).toContain('missing-generated')
  expect(stderr).not.toContain('protocol init')
})
