export { collectByAllMemory } from './collect-by-all-memory.ts'
export { collectGarbage, keepYoungGenerationSmall, passedOne, withSmallYoungGeneration } from './spare-memory.ts'
export { canonicalJson, jsonLine } from './writing/canonical-json.ts'
export { confine, confiner, isInside, liesInside } from './reading/confine.ts'
export { errorOf, type Failure, failureOf } from './errors/error-across.ts'
export { fileError, writeError } from './errors/file-error.ts'
export { hashBytes, hashFile, hashFileNow, hashFolder } from './reading/hash-file.ts'
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
} from './errors/kinemetric-error.ts'
export { isThere } from './reading/is-there.ts'
export { leadsToFolder } from './reading/leads-to-folder.ts'
export { type LockHolder, lockHolder } from './writing/lock-holder.ts'
export { type LockOptions, takeLock, withLock } from './writing/lock.ts'
export { type EntryBelow, filesBelow } from './reading/files-below.ts'
export { copyPart } from './writing/copy-part.ts'
export { makeFolder } from './writing/make-folder.ts'
export { type FileLine, type LineLimits, readLines } from './reading/read-lines.ts'
export { type OpenFile, openRegularFile } from './reading/open-regular-file.ts'
export { LinePlaces, PlacedLines } from './tables/line-places.ts'
export { grown } from './tables/grown.ts'
export { notify, type NoticeListener, onNotice } from './notices.ts'
export { NameTable } from './tables/name-table.ts'
export { homeFolder } from './home-folder.ts'
export { ownFolder } from './own-folder.ts'
export { parseJson, withoutMark } from './reading/parse-json.ts'
export { checkJson, issuesOf, readJson, readRawJson } from './reading/read-json.ts'
export { type ReadLimits, readRegularFile, readTextFile } from './reading/read-regular-file.ts'
export { isDiskFull, systemCode } from './errors/system-code.ts'
export { systemReason } from './errors/system-reason.ts'
export {
  folderTime,
  lockPath,
  openWhole,
  partialPath,
  partialSuffix,
  publishFile,
  removeAbandoned,
  removeAbandonedIn,
  removePartials,
  type WholeFile,
  type WriteOptions,
  writeBytes,
  writePart,
  writeWhole,
  writeWholeFolder,
} from './writing/whole-file.ts'
export {
  eachInProcesses,
  type EachTaskOptions,
  runInProcesses,
  type TaskProcesses,
  type TaskSource,
  StartedProcesses,
} from './task-processes.ts'
export { runWorkerProcess, type WorkerProcessOptions } from './worker-process.ts'
export { countOf } from './errors/count-of.ts'
export { didYouMean } from './errors/did-you-mean.ts'
export { nearestWord } from './errors/nearest-word.ts'
export { sizeText } from './errors/size-text.ts'
export {
  type DiskAsk,
  type DiskSpace,
  diskSpace,
  isForeseenFull,
  nearestFolder,
  requireDisk,
  type WantedDisk,
} from './writing/disk-room.ts'
