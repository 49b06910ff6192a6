// Peak memory of scoring 29 and 1,000 clips (PSNR, SSIM, LPIPS-alex), each in a process of its own. The 1,000 are the 29
// real clips again and again under other names. Numbers of clips may be given: `node bench/evaluate-memory.ts 29 200`.
import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { evaluate } from '@kinemetric/evaluation'
import { hasShared, sharedPath } from '../test/shared.ts'
import { staticBenchmark, type StaticBenchmark } from './evaluate/static-benchmark.ts'

const [mode, manifest, generated, out] = process.argv.slice(2)
if (mode === '--child') {
  const { run } = await evaluate({
    reference: { manifest },
    generated,
    out,
    cache: false,
    weightFolders: [sharedPath('weights')],
  })
  console.log(JSON.stringify({ clips: run.clips.scoredNow, wallMs: run.wallMs, peakRssBytes: run.peakRssBytes }))
} else if (hasShared('data', 'interdyn-examples') && hasShared('weights')) {
  const counts = process.argv
    .slice(2)
    .map(Number)
    .filter((count) => count > 0)
  const folder = await mkdtemp(join(tmpdir(), 'kinemetric-memory-'))
  try {
    const small = await staticBenchmark(folder)
    const peaks: number[] = []
    for (const count of counts.length > 0 ? counts : [29, 1000]) {
      const { manifest, generated } = await repeated(small, count, join(folder, String(count)))
      const args = [
        '--expose-gc',
        import.meta.filename,
        '--child',
        manifest,
        generated,
        join(folder, `results-${count}`),
      ]
      const child = spawnSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
      if (child.status !== 0) throw new Error(`scoring ${count} clips ended with ${child.status ?? child.signal}`)
      const { clips, wallMs, peakRssBytes }: Record<string, number> = JSON.parse(child.stdout)
      peaks.push(peakRssBytes)
      console.log(`${clips} clips: ${(wallMs / 1000).toFixed(0)} s, peak ${(peakRssBytes / 2 ** 20).toFixed(0)} MiB`)
    }
    console.log(`largest / smallest peak: ${(Math.max(...peaks) / Math.min(...peaks)).toFixed(3)}`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The clips `count` times over: lines of the manifest under other names, and links to the generated clips. */
async function repeated(small: StaticBenchmark, count: number, folder: string) {
  await mkdir(folder, { recursive: true })
  const lines = (await readFile(small.manifest, 'utf8')).trim().split('\n')
  const names = Array.from(
    { length: count },
    (_, i) => `${small.clips[i % lines.length].id}-${Math.floor(i / lines.length)}`,
  )
  for (const [i, name] of names.entries())
    await symlink(join(small.generated, `${small.clips[i % lines.length].id}.mkv`), join(folder, `${name}.mkv`))
  const manifest = join(small.root, `manifest-${count}.jsonl`)
  const text = names.map((id, i) => JSON.stringify({ ...JSON.parse(lines[i % lines.length]), id }))
  await writeFile(manifest, `${text.join('\n')}\n`)
  return { manifest, generated: folder }
}
