// Formats
export {
  type Bundle,
  type BundleFeatures,
  bundleFeaturesSchema,
  type BundleMedia,
  bundleMediaSchema,
  bundleSchema,
} from './schemas/published/bundle.ts'
export { type Claims, claimsSchema } from './schemas/claims.ts'
export {
  type ClassColumn,
  type ClassDifference,
  type ClassMethod,
  type ClassScore,
  type ClassScores,
  classScoresSchema,
} from './classes/class-scores.ts'
export { type ClassComparisons, classComparisonsSchema } from './classes/class-comparisons.ts'
export {
  type AboveChance,
  type Bounds,
  type ComparedColumn,
  type ComparedPair,
  type Comparisons,
  comparedColumnSchema,
  comparisonsSchema,
  type OtherRecipe,
  type RankedMethod,
  type Stability,
  type Verdict,
  mostMethods,
} from './schemas/comparisons.ts'
export { type ClipFailure, type FailureReason, failureSchema, type RecordFailure } from './schemas/failure.ts'
export {
  type GateClip,
  type GatedMetric,
  type GateMarginParts,
  type GateResult,
  type GateRule,
  gateSchema,
  type GateVerdict,
} from './schemas/gate.ts'
export { type CalibratedMetric, type GateCalibration, gateCalibrationSchema } from './schemas/gate-calibration.ts'
export { type Item, itemSchema } from './schemas/item.ts'
export type { MethodCheckpoint, MethodSetting } from './schemas/method-setting.ts'
export { methodFileSchema, type MethodSpec, methodSpecSchema } from './schemas/method.ts'
export { sha256Schema } from './schemas/names.ts'
export {
  type ProbeObject,
  type ProbePair,
  type ProbeScene,
  type ProbeTrack,
  probeSceneFile,
  probeSceneSchema,
} from './schemas/probe-scene.ts'
export {
  type KinemetricRecord,
  type RecordComparison,
  type RecordMachine,
  type RecordMedia,
  type RecordMethod,
  type RecordOrigin,
  provenanceSchema,
  recordMethodSchema,
  type RecordProtocol,
  type RecordProvenance,
  recordSchema,
} from './schemas/record.ts'
export {
  type ProbeNotes,
  probeNotesSchema,
  type ProbeObjectRow,
  type ProbePage,
  probePageSchema,
  type ProbePairRow,
} from './schemas/probe-notes.ts'
export { type GeneratedRun, generatedRunSchema } from './schemas/run.ts'
export type { CacheCounters, RunCost, RunSidecar } from './schemas/run-sidecar.ts'
export { type HeldClaimFile, type Verdicts, verdictsSchema } from './verdicts/verdicts.ts'
export type {
  Interval,
  MetricLabel,
  MotionDetails,
  ProbeDetails,
  Score,
  ScoreDetails,
  TakesDetails,
} from './schemas/score.ts'
export { jsonSchemas } from './json-schemas.ts'

// What metrics are asked
export {
  findGroup,
  type Grouped,
  groupsOf,
  isInGroup,
  membersOfGroup,
  type MetricGroup,
  type MetricGroupId,
  metricGroups,
  withoutGroups,
} from './groups/metric-groups.ts'

// What made it
export { codeText, type CodeVersion, codeVersion, otherVersionText } from './provenance/code-version.ts'
export type { DataTerms } from './provenance/data-terms.ts'
export { describeMachine } from './provenance/describe-machine.ts'

// Files
export { classScoresPath, readClassScores, writeClassScores } from './classes/class-scores-file.ts'
export { type ClipColumns, readClipColumns } from './classes/clip-columns-file.ts'
export { comparisonsPath, readComparisons, writeComparisons } from './store/comparisons-file.ts'
export { readGateCalibration, writeGateCalibration } from './store/gate-calibration-file.ts'
export { csvRows } from './store/csv-rows.ts'
export { readItem, sampleFolder } from './store/generated-items.ts'
export {
  type ReadRecordsOptions,
  readRecords,
  type RecordCollection,
  type StoredClaims,
  type StoredRecord,
} from './store/read-records.ts'
export { readRecord, readRun, recordPaths, writeRecord, writeRun } from './store/record-files.ts'
export { readVerdicts, verdictsPath, writeVerdicts } from './store/verdicts-file.ts'
export { type ClipValuesFile, parseValues, readValuesFile } from './store/values-file.ts'
export {
  type ClipLabel,
  type LabelledClips,
  labelsPath,
  type OpenLabels,
  openLabels,
  readLabels,
  writeLabels,
} from './store/labels-file.ts'
export { mergeLabels } from './store/merge-labels.ts'
export { scanTable, type TableColumn, type TableGroup } from './store/scan-table.ts'
export {
  clipValuesOf,
  readClipRows,
  readTable,
  type TableRow,
  unrelatedRecipe,
  weightRecipe,
  writeTable,
} from './store/table.ts'
