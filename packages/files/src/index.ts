export { canonicalJson, jsonLine } from './canonical-json.ts'
export { confine, isInside, liesInside } from './confine.ts'
export { fileError, writeError } from './file-error.ts'
export { hashBytes, hashFile, hashFolder } from './hash-file.ts'
export {
  errorAt,
  type ErrorKind,
  type ErrorOptionsWithDetails,
  type ErrorsOf,
  errorsOf,
  isError,
  KinemetricError,
  portableMessage,
  type Said,
} from './kinemetric-error.ts'
export { leadsToFolder } from './leads-to-folder.ts'
export { takeLock, withLock } from './lock.ts'
export { type OpenFile, openRegularFile } from './open-regular-file.ts'
export { ownFolder } from './own-folder.ts'
export { parseJson, withoutMark } from './parse-json.ts'
export { checkJson, issuesOf, readJson, readRawJson } from './read-json.ts'
export { type ReadLimits, readRegularFile, readTextFile } from './read-regular-file.ts'
export { isDiskFull, systemCode } from './system-code.ts'
export {
  openWhole,
  partialPath,
  partialSuffix,
  publishFile,
  removePartials,
  type WholeFile,
  type WriteOptions,
  writeBytes,
  writeWhole,
  writeWholeFolder,
} from './whole-file.ts'
export { runWorkerProcess, type WorkerProcessOptions } from './worker-process.ts'
