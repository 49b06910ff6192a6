import { z } from 'zod'
import { manifestClipSchema } from './manifest/manifest-clip.ts'
import { protocolSchema } from './protocol/protocol.ts'

/** File name to JSON Schema (draft 2020-12), as published under `packages/benchmark/schema/`. */
export function benchmarkJsonSchemas(): Record<string, unknown> {
  return {
    'manifest-clip.json': z.toJSONSchema(manifestClipSchema, { io: 'input' }),
    'protocol.json': z.toJSONSchema(protocolSchema, { io: 'input' }),
  }
}
