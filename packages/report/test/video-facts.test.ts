import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { readVideoFacts } from '../src/media/video-facts.ts'
import { hasFfmpeg } from './fixture-results.ts'

const work = mkdtempSync(join(tmpdir(), 'kinemetric-facts-test-'))
afterAll(() => rmSync(work, { recursive: true, force: true }))

function made(name: string, ...args: string[]): string {
  const path = join(work, name)
  const source = ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'testsrc2=s=96x64:r=12']
  const result = spawnSync(process.env.KINEMETRIC_FFMPEG ?? 'ffmpeg', [...source, ...args, path], {
    encoding: 'utf8',
  })
  if (result.status !== 0) throw new Error(result.stderr)
  return path
}

describe.skipIf(!hasFfmpeg())('what a video’s file says of itself', () => {
  test.each([
    ['with frames that look ahead', ['-bf', '3']],
    ['with its header in front', ['-movflags', '+faststart']],
    ['without', ['-bf', '0']],
  ])('size, rate and number of frames %s', async (_, options) => {
    const path = made('a.mp4', '-frames:v', '14', '-c:v', 'libx264', ...options)
    expect(await readVideoFacts(path)).toEqual({ width: 96, height: 64, times: { frames: 14, fps: 12 } })
  })

  test('frames of no steady rate, one by one', async () => {
    const path = made('b.mp4', '-vf', 'setpts=N*N/12/TB', '-frames:v', '5', '-fps_mode', 'vfr', '-c:v', 'libx264')
    const facts = await readVideoFacts(path)
    expect(facts?.times).toHaveProperty('starts')
    const starts = facts !== null && 'starts' in facts.times ? facts.times.starts : []
    expect(starts.map((start) => Math.round(start * 12))).toEqual([0, 1, 4, 9, 16])
  })

  test('nothing of other files, fragments and damage', async () => {
    expect(await readVideoFacts(made('c.webm', '-frames:v', '5', '-c:v', 'libvpx-vp9'))).toBeNull()
    expect(
      await readVideoFacts(
        made('d.mp4', '-frames:v', '5', '-c:v', 'libx264', '-movflags', '+frag_keyframe+empty_moov'),
      ),
    ).toBeNull()
    const whole = readFileSync(made('e.mp4', '-frames:v', '5', '-c:v', 'libx264', '-movflags', '+faststart'))
    const cut = join(work, 'cut.mp4')
    writeFileSync(cut, whole.subarray(0, 400))
    expect(await readVideoFacts(cut)).toBeNull()
    writeFileSync(cut, '')
    expect(await readVideoFacts(cut)).toBeNull()
    // Every byte of the header replaced, one at a time: an answer or none, never an error.
    for (let at = 0; at < 900; at += 7) {
      const damaged = Buffer.from(whole)
      damaged[at] ^= 0xff
      writeFileSync(cut, damaged)
      await expect(readVideoFacts(cut)).resolves.toBeDefined()
    }
  })
})
