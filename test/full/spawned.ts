import { type ChildProcess, spawn } from 'node:child_process'

/** A command at work, and how it will have ended: with the last of what it said. */
export interface Spawned {
  child: ChildProcess
  ended: Promise<{ code: number | null; signal: string | null; said: string }>
}

/** Starts a script with this Node. */
export function spawned(script: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Spawned {
  const child = spawn(process.execPath, [script, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => (said = (said + data.toString()).slice(-2000)))
  // Not 'close': what a killed process started may hold the pipes open.
  const ended = new Promise<Awaited<Spawned['ended']>>((resolve) =>
    child.once('exit', (code, signal) => setTimeout(() => resolve({ code, signal, said: said.trim() }), 20)),
  )
  return { child, ended }
}
