import type { KinemetricRecord } from '@kinemetric/records'

/**
 * Where a record is not what a golden says, by paths. Numbers may be 1e-3 of themselves and 1e-5 away: a network's float32 sums differ by type of CPU, and
 * small distances are differences of large terms. What belongs to the machine and the commit is not compared, nor are labels, networks and who made the clips, which came later.
 */
export function differencesFrom(golden: unknown, record: KinemetricRecord): string[] {
  const { code: _code, machine: _machine, networks: _networks, ...provenance } = record.provenance
  const { origin: _origin, ...method } = record.method
  const scores = record.scores.map(({ label: _label, ...score }) => score)
  return differences('', golden, { ...record, method, scores, provenance })
}

function differences(path: string, golden: unknown, found: unknown): string[] {
  if (isObject(golden) && isObject(found)) {
    const keys = new Set([...Object.keys(golden), ...Object.keys(found)])
    return [...keys].flatMap((key) => differences(`${path}/${key}`, golden[key], found[key]))
  }
  const same =
    typeof golden === 'number' && typeof found === 'number'
      ? Math.abs(found - golden) <= 1e-3 * Math.abs(golden) + 1e-5
      : golden === found
  return same ? [] : [`${path}: expected ${JSON.stringify(golden)}, found ${JSON.stringify(found)}`]
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
