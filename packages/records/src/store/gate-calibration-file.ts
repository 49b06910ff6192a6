import { canonicalJson, checkJson, readJson, writeWhole } from '@kinemetric/files'
import { type GateCalibration, gateCalibrationSchema } from '../schemas/gate-calibration.ts'

/** Writes a gate's calibration, whole or not at all. @throws KinemetricError `exists` unless `overwrite`, `invalid`, `disk-full`, `write-failed` */
export async function writeGateCalibration(
  path: string,
  calibration: GateCalibration,
  { overwrite = false }: { overwrite?: boolean | undefined } = {},
): Promise<void> {
  await writeWhole(path, canonicalJson(checkJson(path, calibration, gateCalibrationSchema)), { overwrite })
}

/** @throws KinemetricError `not-found`, `not-readable`, `not-json`, `invalid` */
export function readGateCalibration(path: string): Promise<GateCalibration> {
  return readJson(path, gateCalibrationSchema)
}
