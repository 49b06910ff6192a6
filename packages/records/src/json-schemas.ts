import { z } from 'zod'
import { bundleSchema } from './schemas/published/bundle.ts'
import { classComparisonsSchema } from './classes/class-comparisons.ts'
import { classScoresSchema } from './classes/class-scores.ts'
import { claimsSchema } from './schemas/claims.ts'
import { comparisonsSchema } from './schemas/comparisons.ts'
import { gateSchema } from './schemas/gate.ts'
import { gateCalibrationSchema } from './schemas/gate-calibration.ts'
import { methodSpecSchema } from './schemas/method.ts'
import { recordSchema } from './schemas/record.ts'
import { runSchema } from './schemas/run-sidecar.ts'
import { verdictsSchema } from './verdicts/verdicts.ts'

/** File name to JSON Schema (draft 2020-12), as published under `packages/records/schema/`. */
export function jsonSchemas(): Record<string, unknown> {
  return {
    'record.json': z.toJSONSchema(recordSchema, { io: 'input' }),
    'claims.json': z.toJSONSchema(claimsSchema, { io: 'input' }),
    'method.json': z.toJSONSchema(methodSpecSchema, { io: 'input' }),
    'comparisons.json': z.toJSONSchema(comparisonsSchema, { io: 'input' }),
    'class-comparisons.json': z.toJSONSchema(classComparisonsSchema, { io: 'input' }),
    'class-scores.json': z.toJSONSchema(classScoresSchema, { io: 'input' }),
    'bundle.json': z.toJSONSchema(bundleSchema, { io: 'input' }),
    'gate.json': z.toJSONSchema(gateSchema, { io: 'input' }),
    'gate-calibration.json': z.toJSONSchema(gateCalibrationSchema, { io: 'input' }),
    'run.json': z.toJSONSchema(runSchema, { io: 'input' }),
    'verdicts.json': z.toJSONSchema(verdictsSchema, { io: 'input' }),
  }
}
