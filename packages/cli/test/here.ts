import { vi } from 'vitest'
import { main } from '../src/main.ts'

/**
 * Runs a command within this process, in a folder, and gives what it printed: for all but a few, which need no process of their own.
 * @param env variables of the command's environment; undefined: without that variable
 */
export async function here(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string | undefined>> = {},
) {
  let stdout = ''
  let stderr = ''
  const spies = [
    vi.spyOn(console, 'log').mockImplementation((text: string) => void (stdout += `${text}\n`)),
    vi.spyOn(console, 'error').mockImplementation((text: string) => void (stderr += `${text}\n`)),
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => (stdout += String(text)) !== ''),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => (stderr += String(text)) !== ''),
  ]
  const before = process.cwd()
  const variables = Object.keys(env).map((name): [string, string | undefined] => [name, process.env[name]])
  try {
    process.chdir(cwd)
    setVariables(Object.entries(env))
    return { code: await main(args), stdout, stderr }
  } finally {
    process.chdir(before)
    setVariables(variables)
    for (const spy of spies) spy.mockRestore()
  }
}

function setVariables(variables: readonly [name: string, value: string | undefined][]): void {
  for (const [name, value] of variables)
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
}
