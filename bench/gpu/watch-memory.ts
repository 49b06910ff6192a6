import { spawn } from 'node:child_process'

/** Watches what NVIDIA's tool says of the card's memory. @returns a function that ends it and gives the most, in GiB; undefined without the tool */
export function watchMemory(): () => number | undefined {
  let most: number | undefined
  const child = spawn('nvidia-smi', ['--query-gpu=memory.used', '--format=csv,noheader,nounits', '-lms', '200'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  child.on('error', () => undefined)
  child.stdout.on('data', (bytes: Buffer) => {
    for (const line of bytes.toString().split('\n'))
      if (line.trim() !== '') most = Math.max(most ?? 0, Number(line) / 1024)
  })
  return () => {
    child.kill()
    return most
  }
}
