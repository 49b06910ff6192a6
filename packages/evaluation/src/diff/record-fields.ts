import { canonicalJson } from '@kinemetric/files'
import type { KinemetricRecord } from '@kinemetric/records'

/** What two records say differently of one thing; null where one says nothing. */
export interface FieldDifference {
  /** `code.commit`, `weights.alexnet`, `config.steps`. */
  field: string
  a: string | null
  b: string | null
}

/** Everything of a record that decides its numbers, or says on what they were made, by name; scores and clips apart. */
export function recordFields({ protocol, method, provenance }: KinemetricRecord): Map<string, string> {
  const { code, weights, networks = [], decoder, provider, machine, manifest } = provenance
  const fields: [string, unknown][] = [
    ['protocol', `${protocol.id}@${protocol.version}`],
    ['protocol.digest', protocol.digest],
    ['manifest', manifest],
    ['method.id', method.id],
    ['method.version', method.version],
    ['method.alignment', method.alignment],
    ...Object.entries(method.config ?? {}).map(([name, value]): [string, unknown] => [`config.${name}`, value]),
    ...(method.weights ?? []).map(({ id, sha256 }): [string, unknown] => [`generated with ${id}`, sha256]),
    ['code.version', code.version],
    ['code.commit', code.commit],
    ['code.dirty', code.dirty],
    ['decoder', `${decoder.name} ${decoder.version}`],
    ['provider', provider],
    ...weights.map(({ id, sha256 }): [string, unknown] => [`weights.${id}`, sha256]),
    ...networks.map(({ key, network, digest }): [string, unknown] => [`network.${key}`, `${network} ${digest}`]),
    ...Object.entries(machine).map(([name, value]): [string, unknown] => [`machine.${name}`, value]),
  ]
  return new Map(
    fields.flatMap(([name, value]): [string, string][] =>
      value === undefined || value === null
        ? []
        : [[name, typeof value === 'string' ? value : canonicalJson(value).trim()]],
    ),
  )
}

/** The fields of two sets of them that differ, in their order. */
export function fieldDifferences(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): FieldDifference[] {
  const names = new Set([...a.keys(), ...b.keys()])
  return [...names].flatMap((field) =>
    a.get(field) === b.get(field) ? [] : [{ field, a: a.get(field) ?? null, b: b.get(field) ?? null }],
  )
}
