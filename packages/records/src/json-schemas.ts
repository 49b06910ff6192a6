import { z } from 'zod'
import { claimsSchema } from './claims-schema.ts'
import { methodSpecSchema } from './method-schema.ts'
import { recordSchema } from './record-schema.ts'
import { runSchema } from './run-schema.ts'

/** File name to JSON Schema (draft 2020-12), as published under `packages/records/schema/`. */
export function jsonSchemas(): Record<string, unknown> {
  return {
    'record.json': z.toJSONSchema(recordSchema, { io: 'input' }),
    'claims.json': z.toJSONSchema(claimsSchema, { io: 'input' }),
    'method.json': z.toJSONSchema(methodSpecSchema, { io: 'input' }),
    'run.json': z.toJSONSchema(runSchema, { io: 'input' }),
  }
}
