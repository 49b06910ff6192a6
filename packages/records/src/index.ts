export { type AtomicWriteOptions, atomicWrite } from './atomic-write.ts'
export { type Claims, claimsSchema } from './schemas/claims.ts'
export { jsonSchemas } from './json-schemas.ts'
export { type MethodSpec, type MethodSpecInput, methodSpecSchema } from './schemas/method.ts'
export { checkJson, readJson } from './read-json.ts'
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
  type RecordFailure,
  type RecordMachine,
  type RecordMedia,
  type RecordMethod,
  type RecordProtocol,
  type RecordProvenance,
  recordSchema,
} from './schemas/record.ts'
export { RecordsError, type RecordsErrorCode, writeError } from './records-error.ts'
export { type CacheCounters, type RunSidecar, runSchema } from './schemas/run-sidecar.ts'
export {
  type Interval,
  type MetricLabel,
  type MotionDetails,
  type Score,
  type ScoreDetails,
  scoreSchema,
} from './schemas/score.ts'
export { readRecord, readRun, recordPaths, writeRecord, writeRun } from './store/record-files.ts'
export { type TableRow, encodeTable, readTable, writeTable } from './store/table.ts'
export { canonicalJson, jsonLine } from '@kinemetric/files'
