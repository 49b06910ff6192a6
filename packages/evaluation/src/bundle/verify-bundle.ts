import { join, relative, sep } from 'node:path'
import { readStatisticsFile } from '@kinemetric/metrics'
import { stat } from 'node:fs/promises'
import { canonicalJson, filesBelow, hashFile, isError, isThere, portableMessage, readTextFile } from '@kinemetric/files'
import {
  type Bundle,
  codeVersion,
  type Comparisons,
  comparisonsPath,
  readComparisons,
  type KinemetricRecord,
  readRecords,
  type StoredRecord,
} from '@kinemetric/records'
import { readHashesOf } from '../compare/compared-record.ts'
import { Findings } from '../verify/finding.ts'
import type { KeptStatistics } from '../verify/verify-options.ts'
import { type Verified, type VerifyOptions, verifyResults } from '../verify/verify-results.ts'
import { BundleFeatures } from './bundle-features.ts'
import type { HashedRecord } from './bundle-rows.ts'
import { bundleFile } from './bundle-target.ts'
import { formatSums, parseSums, sumsFile } from './checksums.ts'
import { readBundle } from './open-bundle.ts'

/** What the texts of a bundle are made of. */
export interface BundleContent {
  records: readonly KinemetricRecord[]
  comparisons: readonly Comparisons[]
  bundle: Bundle
}

/** The texts that a bundle has beside its records, by path. */
export type BundleTexts = (content: BundleContent) => Promise<ReadonlyMap<string, string>>

/** What a bundle's texts are made of, read from the bundle itself. */
export async function bundleContent(bundle: Bundle, stored: readonly StoredRecord[]): Promise<BundleContent> {
  const paths = new Set(stored.map(({ folder: own, record }) => comparisonsPath(join(own, '..'), record.protocol.id)))
  const comparisons: Comparisons[] = []
  for (const path of paths) {
    const found = await readComparisons(path).catch((error: unknown) => {
      if (!isError(error)) throw error
      return undefined
    })
    if (found !== undefined) comparisons.push(found)
  }
  return { records: stored.map(({ record }) => record), comparisons, bundle }
}

export interface VerifyBundleOptions extends Omit<VerifyOptions, 'store' | 'statistics'> {
  texts: BundleTexts
}

/** What became of a bundle that was verified. */
export interface VerifiedBundle extends Verified {
  files: number
  bytes: number
}

/** Whether a folder is a bundle, or was one before somebody took its description away. */
export async function isBundle(folder: string): Promise<boolean> {
  return (await isThere(join(folder, bundleFile))) || isThere(join(folder, sumsFile))
}

/**
 * Checks a published folder: first its checksums (files that are missing, changed or not named, links, paths that lead out), then what it says of itself, then its results
 * as `verifyResults` does, with the features that it brings. Of one with links nothing else is looked at: they could lead anywhere.
 * @throws KinemetricError `newer-bundle`
 */
export async function verifyBundle(folder: string, options: VerifyBundleOptions): Promise<VerifiedBundle> {
  const findings = new Findings()
  const bundle = await bundleOf(folder, findings)
  const { isPlain, files, bytes } = await verifySums(folder, findings, options)
  if (!isPlain) {
    findings.leave('results', 'records', 'not looked at: links and devices could lead anywhere')
    return verified(findings, 0, files, bytes)
  }
  const results = join(folder, 'results')
  const stored = (await isThere(results)) ? (await readRecords(results)).records : []
  if (bundle === undefined) findings.leave(bundleFile, 'what it says', 'it cannot be read')
  else {
    await verifySaid(folder, bundle, stored, findings)
    await verifyTexts(folder, bundle, stored, options, findings)
  }
  if (await isThere(join(folder, 'site')))
    findings.leave('site', 'pages', 'not built anew: only their checksums are looked at')
  if (stored.length === 0) {
    findings.fail('results', 'records', 'expected at least one, found none')
    return verified(findings, 0, files, bytes)
  }
  const store = await featuresOf(folder, bundle, stored)
  const statistics: KeptStatistics = async (path, key) => {
    const record = relative(folder, path).split(sep).join('/')
    const own = bundle?.features.find(
      (each) => each.kind === 'statistics' && each.record === record && each.key === key,
    )
    if (own === undefined) return undefined
    const { statistics: generated } = await readStatisticsFile(join(folder, own.generated))
    const { statistics: reference } = await readStatisticsFile(join(folder, own.reference))
    return { generated, reference }
  }
  const found = await verifyResults(results, { ...options, store, statistics })
  findings.held += found.held
  findings.wrong.push(...found.wrong)
  findings.unchecked.push(...found.unchecked)
  return verified(findings, found.records, files, bytes)
}

/** What the bundle brings of features; of records without any nothing is read. */
async function featuresOf(
  folder: string,
  bundle: Bundle | undefined,
  stored: readonly StoredRecord[],
): Promise<BundleFeatures> {
  const features = bundle?.features ?? []
  const named = new Set(features.map(({ record }) => record))
  const hashed = new Map<string, HashedRecord>()
  for (const each of stored) {
    const path = pathIn(folder, each)
    if (named.has(path)) hashed.set(path, { stored: each, hashes: (await readHashesOf(each)) ?? new Map() })
  }
  return new BundleFeatures(folder, { features }, hashed)
}

function verified({ held, wrong, unchecked }: Findings, records: number, files: number, bytes: number): VerifiedBundle {
  return { records, held, wrong, unchecked, files, bytes }
}

function pathIn(folder: string, { path }: StoredRecord): string {
  return relative(folder, path).split(sep).join('/')
}

async function bundleOf(folder: string, findings: Findings): Promise<Bundle | undefined> {
  try {
    return await readBundle(folder)
  } catch (error) {
    if (!isError(error) || error.code === 'newer-bundle') throw error
    findings.fail(bundleFile, 'what it says', portableMessage(error))
    return undefined
  }
}

async function verifySums(
  folder: string,
  findings: Findings,
  { onProgress, signal }: VerifyBundleOptions,
): Promise<{ isPlain: boolean; files: number; bytes: number }> {
  const there = await filesBelow(folder)
  const odd = there.filter(({ kind }) => kind !== 'file')
  for (const { path, kind } of odd)
    findings.fail(path, 'file', `expected a plain file, found a ${kind === 'link' ? 'link' : 'device, pipe or socket'}`)
  const text = odd.some(({ path }) => path === sumsFile)
    ? undefined
    : await readTextFile(join(folder, sumsFile)).catch((error: unknown) => {
        if (!isError(error)) throw error
        findings.fail(sumsFile, 'checksums', portableMessage(error))
        return undefined
      })
  const { sums, bad } = parseSums(text ?? '')
  if (text !== undefined) {
    for (const each of bad) findings.fail(sumsFile, 'checksums', each)
    findings.check(
      sumsFile,
      'form',
      text === formatSums(sums),
      () => 'expected lines in the order of their paths, found others',
    )
  }
  const files = there.filter(({ path, kind }) => kind === 'file' && path !== sumsFile)
  const left = new Set(sums.keys())
  let bytes = 0
  for (const [done, { path }] of files.entries()) {
    signal?.throwIfAborted()
    if (done % 100 === 0) onProgress?.({ done, total: files.length, file: path })
    bytes += (await stat(join(folder, path))).size
    const wanted = sums.get(path)
    left.delete(path)
    if (text === undefined) continue
    if (wanted === undefined) findings.fail(path, 'file', 'expected only files that SHA256SUMS names, found one more')
    else {
      const found = await hashFile(join(folder, path))
      findings.check(path, 'checksum', found === wanted, () => `expected ${wanted}, found ${found}: it was changed`)
    }
  }
  for (const path of left) findings.fail(path, 'file', 'SHA256SUMS names it; it is not there')
  return { isPlain: odd.length === 0, files: files.length, bytes }
}

/** What the bundle says of itself against its records. */
async function verifySaid(
  folder: string,
  bundle: Bundle,
  stored: readonly StoredRecord[],
  findings: Findings,
): Promise<void> {
  findings.check(
    bundleFile,
    'form',
    (await readTextFile(join(folder, bundleFile))) === canonicalJson(bundle),
    () => 'expected JSON as this program writes it, found other bytes',
  )
  const named = new Map(bundle.records.map((each) => [each.path, each]))
  for (const each of stored) {
    const path = pathIn(folder, each)
    const { protocol, method } = each.record
    const own = named.get(path)
    named.delete(path)
    const sha256 = await hashFile(each.path)
    findings.check(
      bundleFile,
      `record ${path}`,
      own?.sha256 === sha256 && own.protocol === protocol.id && own.method === method.id,
      () =>
        own === undefined ? 'expected to name it, found nothing' : `expected sha256 ${own.sha256}, found ${sha256}`,
    )
  }
  for (const path of named.keys())
    findings.fail(bundleFile, `record ${path}`, 'it is named and is no record that can be read')
}

/** Card, licences and citations are made of the records: by the same version, to the byte. */
async function verifyTexts(
  folder: string,
  bundle: Bundle,
  stored: readonly StoredRecord[],
  { texts }: VerifyBundleOptions,
  findings: Findings,
): Promise<void> {
  const { version, commit } = await codeVersion()
  if (bundle.code.version !== version || bundle.code.commit !== commit) {
    findings.leave(
      'README.md',
      'card, licences, citations',
      `written by version ${bundle.code.version}, not made anew by ${version}`,
    )
    return
  }
  const again = await texts(await bundleContent(bundle, stored))
  for (const [path, text] of again) {
    const found = await readTextFile(join(folder, path)).catch((error: unknown) => {
      if (!isError(error)) throw error
      return undefined
    })
    findings.check(path, 'text', found === text, () => 'expected what its records give, found another text')
  }
}
