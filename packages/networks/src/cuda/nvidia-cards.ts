import { spawnSync } from 'node:child_process'

/** NVIDIA's cards as their driver names them, `<name>, <version of the driver>` each; none where nvidia-smi is not here or says nothing. */
export function nvidiaCards(): string[] {
  const query = ['--query-gpu=name,driver_version', '--format=csv,noheader']
  const asked = spawnSync('nvidia-smi', query, { encoding: 'utf8', timeout: 20_000 })
  if (asked.status !== 0) return []
  const lines = asked.stdout.split('\n').map((line) => line.trim())
  return lines.filter((line) => line !== '')
}
