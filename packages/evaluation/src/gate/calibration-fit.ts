import type { GateCalibration, KinemetricRecord } from '@kinemetric/records'
import { type FieldDifference, fieldDifferences } from '../diff/record-fields.ts'
import { gateError } from './rules/gate-error.ts'

/** @throws KinemetricError `not-comparable` where a calibration is of another protocol */
export function requireSameProtocolAsCalibration({ protocol }: GateCalibration, record: KinemetricRecord): void {
  if (protocol.digest === record.protocol.digest) return
  throw gateError('not-comparable', '--calibration', {
    expected: `a calibration under ${record.protocol.id}@${record.protocol.version}`,
    found: `${protocol.id}@${protocol.version} (${protocol.digest.slice(0, 12)})`,
    then: 'calibrate with repeats under this protocol',
  })
}

/** What a calibration was made with that the baseline was not: then its margins are of another pipeline. */
export function calibrationDifferences(
  { madeWith, method }: GateCalibration,
  record: KinemetricRecord,
): FieldDifference[] {
  const { provenance } = record
  return fieldDifferences(
    fieldsOf({ ...madeWith, method: method.id }),
    fieldsOf({ ...provenance, method: record.method.id, generator: record.method.weights ?? [] }),
  )
}

type MadeWith = Pick<GateCalibration['madeWith'], 'weights' | 'decoder' | 'provider' | 'machine'> & {
  generator: readonly { id: string; sha256: string }[]
  method: string
}

function fieldsOf({ method, generator, weights, decoder, provider, machine }: MadeWith): Map<string, string> {
  return new Map([
    ['method', method],
    ...generator.map(({ id, sha256 }): [string, string] => [`generated with ${id}`, sha256]),
    ...weights.map(({ id, sha256 }): [string, string] => [`weights.${id}`, sha256]),
    ['decoder', `${decoder.name} ${decoder.version}`],
    ['provider', provider],
    ...Object.entries(machine).map(([name, value]): [string, string] => [`machine.${name}`, String(value)]),
  ])
}
