import { vi } from 'vitest'
import { main } from '../src/main.ts'

/** Runs a command within this process, in a folder, and gives what it printed: for many small ones, which need no process of their own. */
export async function here(args: readonly string[], cwd: string) {
  let stdout = ''
  let stderr = ''
  const spies = [
    vi.spyOn(console, 'log').mockImplementation((text: string) => void (stdout += `${text}\n`)),
    vi.spyOn(console, 'error').mockImplementation((text: string) => void (stderr += `${text}\n`)),
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => (stdout += String(text)) !== ''),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => (stderr += String(text)) !== ''),
  ]
  const before = process.cwd()
  try {
    process.chdir(cwd)
    return { code: await main(args), stdout, stderr }
  } finally {
    process.chdir(before)
    for (const spy of spies) spy.mockRestore()
  }
}
