import { spawn } from 'node:child_process'

let finding: Promise<{ version: string } | { missing: string }> | undefined

/** Looks once for `ffmpeg` and `ffprobe` on the PATH: their version, or why they cannot be used. */
export function findFfmpeg(): Promise<{ version: string } | { missing: string }> {
  finding ??= find()
  return finding
}

async function find(): Promise<{ version: string } | { missing: string }> {
  try {
    const [ffmpeg] = await Promise.all([output('ffmpeg', ['-version']), output('ffprobe', ['-version'])])
    return { version: /version (\S+)/.exec(ffmpeg)?.[1] ?? 'unknown' }
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) }
  }
}

function output(command: string, args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] })
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.on('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'ENOENT' ? new Error(`no ${command} on the PATH`, { cause: error }) : error)
    })
    child.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(chunks).toString())
      else reject(new Error(`${command} -version ended with ${code}`))
    })
  })
}
