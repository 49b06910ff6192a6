import { spawnSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Whether `ffmpeg` is on the PATH. Tests that need it are skipped, and say so, where it is not. */
export const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0
if (!hasFfmpeg)
  console.warn('skipped: no ffmpeg on the PATH; decoding of other formats and the fallback decoder are not tested')

/** A new folder of the system's temporary folder. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'kinemetric-video-'))
}

/** Runs ffmpeg; throws with its own words when it fails. */
export function ffmpeg(...args: string[]): void {
  const { status, stderr } = spawnSync('ffmpeg', ['-v', 'error', '-y', ...args], { encoding: 'utf8', timeout: 100_000 })
  if (status !== 0) throw new Error(`ffmpeg ${args.join(' ')}: ${stderr}`)
}

/** Several files in one run of ffmpeg, which takes longer to start than to write one: the inputs that all have, then each with its own arguments. */
export function ffmpegAll(inputs: readonly string[], outputs: readonly (readonly string[])[]): void {
  ffmpeg(...inputs, ...outputs.flat())
}

/** ffmpeg's moving test picture as input arguments. */
export function testPicture(width: number, height: number, frames: number, rate = 12): string[] {
  return ['-f', 'lavfi', '-i', `testsrc2=size=${width}x${height}:rate=${rate}`, '-frames:v', String(frames)]
}
