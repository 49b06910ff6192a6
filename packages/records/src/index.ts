export { type Claims, claimsSchema } from './schemas/claims.ts'
export { type ClipFailure, type FailureReason, type RecordFailure } from './schemas/failure.ts'
export { type Item, itemSchema } from './schemas/item.ts'
export { type GeneratedRun, generatedRunSchema } from './schemas/run.ts'
export { idSchema, relativePathSchema, sha256Schema, sizeSchema } from './schemas/names.ts'
export { readItem, sampleFolder } from './store/generated-items.ts'
export { jsonSchemas } from './json-schemas.ts'
export { methodFileSchema, type MethodSpec, methodSpecSchema } from './schemas/method.ts'
export {
  type ReadRecordsOptions,
  type RecordCollection,
  type StoredClaims,
  type StoredRecord,
  readRecords,
} from './store/read-records.ts'
export {
  type KinemetricRecord,
  type RecordComparison,
  type RecordMachine,
  type RecordMedia,
  type RecordMethod,
  type RecordProtocol,
  type RecordProvenance,
  recordSchema,
} from './schemas/record.ts'
export { type CacheCounters, type RunSidecar, runSchema } from './schemas/run-sidecar.ts'
export {
  type DistributionDetails,
  type Interval,
  type MetricLabel,
  type MotionDetails,
  type Score,
  type ScoreDetails,
  scoreSchema,
} from './schemas/score.ts'
export { readRecord, readRun, recordPaths, writeRecord, writeRun } from './store/record-files.ts'
export { type TableRow, encodeTable, readTable, writeTable } from './store/table.ts'
