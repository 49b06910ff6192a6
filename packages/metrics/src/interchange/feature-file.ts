import { checkFinite, type FeatureMatrix } from '../features/feature-matrix.ts'
import { GIVEN } from '../features/of-encoder.ts'
import { formatOrigin, ORIGIN_ENTRY, parseOrigin, type FeatureOrigin } from './feature-origin.ts'
import { interchangeError } from './interchange-error.ts'
import { npyHeader, parseNpy, type NpyArray } from './npy.ts'
import { formatNpz, listedEntries, openNpz, type Npz } from './npz.ts'
import { systemReason, writeWhole } from '@kinemetric/files'
import { readWholeFile } from './read-whole-file.ts'

/** A covariance of more would not fit into any memory: without rows a file may claim what it likes. */
const LARGEST_DIMENSION = 2 ** 20

/** Features as they lie in a file. */
export interface FeatureFile {
  features: FeatureMatrix
  /** Undefined for a file that does not say (every .npy, and other programs' .npz). */
  origin: FeatureOrigin | undefined
  /** `[rows]` the name of each row's clip, where the file has them. */
  clipNames?: readonly string[] | undefined
}

// Ours, clean-fid's, and what numpy.savez calls an array without a name.
const FEATURE_ENTRIES = ['features', 'feats', 'arr_0'] as const

/**
 * Reads a matrix of features: an .npy of shape (N, D) or an .npz with one under `features`, `feats` or `arr_0`, or as its
 * only two-dimensional array. An entry `clip` (N) gives the clip of each row by its number; `clips` the clip's name, of each row, or of each number where
 * `clip` is there too. Where rows are from is in our own entry `kinemetric`, or in the strings `encoder`, `preprocessing` and `digest`.
 *
 * @throws KinemetricError, among others `wrong-shape`, and `not-finite` naming row and column
 */
export async function readFeatureFile(path: string): Promise<FeatureFile> {
  return parseFeatures(await readWholeFile(path), path)
}

/** As `readFeatureFile`, of bytes. */
export function parseFeatures(bytes: Uint8Array, where: string): FeatureFile {
  if (!isZip(bytes)) return { features: asFeatures(parseNpy(bytes, where), where), origin: undefined }
  const npz = openNpz(bytes, where)
  const name = featureEntry(npz, where)
  const features = asFeatures(npz.array(name), `${where}:${name}`)
  if (npz.names.includes('clip')) features.clipOfRow = clipsOf(npz.array('clip'), features.rows, `${where}:clip`)
  const clipNames = npz.names.includes('clips') ? namesOfRows(npz, features, where) : undefined
  features.clipOfRow ??= clipNames && numbered(clipNames)
  return { features, origin: readOrigin(npz, where) ?? saidOrigin(npz), clipNames }
}

/** @throws KinemetricError `wrong-shape` */
function namesOfRows(npz: Npz, { rows, clipOfRow }: FeatureMatrix, where: string): string[] {
  const names = npz.texts('clips')
  const most = clipOfRow?.reduce((largest, clip) => Math.max(largest, clip), -1) ?? rows - 1
  if (clipOfRow === undefined ? names.length !== rows : names.length <= most)
    throw interchangeError('wrong-shape', `${where}:clips`, {
      expected: clipOfRow === undefined ? `the name of the clip of each of ${rows} rows` : `names of ${most + 1} clips`,
      found: `${names.length}`,
    })
  return clipOfRow === undefined ? names : Array.from(clipOfRow, (clip) => names[clip])
}

function numbered(names: readonly string[]): Int32Array {
  const numbers = new Map<string, number>()
  return Int32Array.from(names, (name) => {
    const number = numbers.get(name) ?? numbers.size
    numbers.set(name, number)
    return number
  })
}

/** What other programs say of their rows. */
function saidOrigin(npz: Npz): FeatureOrigin | undefined {
  const said = (name: string) => (npz.names.includes(name) ? npz.text(name) : undefined)
  const network = said('encoder')
  if (network === undefined) return undefined
  return { network, preprocessing: said('preprocessing') ?? GIVEN, digest: said('digest') }
}

/**
 * Writes features: `.npy` holds the matrix alone, `.npz` also the clips and the origin.
 *
 * @throws KinemetricError `write-failed`
 */
export async function writeFeatureFile(path: string, features: FeatureMatrix, origin?: FeatureOrigin): Promise<void> {
  const { data, rows, dimension, clipOfRow } = features
  if (!path.endsWith('.npz')) {
    const header = npyHeader(data instanceof Float32Array ? '<f4' : '<f8', [rows, dimension])
    await writeWhole(path, [header, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)])
    return
  }
  const entries: Parameters<typeof formatNpz>[0] = {
    features: { data, shape: [rows, dimension] },
    ...(clipOfRow && { clip: { data: Float64Array.from(clipOfRow), shape: [rows] } }),
    ...(origin && { [ORIGIN_ENTRY]: { text: formatOrigin(origin) } }),
  }
  await writeWhole(path, [formatNpz(entries)])
}

/** Whether bytes are a zip rather than an .npy. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b
}

/** The origin in an archive of ours. */
export function readOrigin(npz: Npz, where: string): FeatureOrigin | undefined {
  if (!npz.names.includes(ORIGIN_ENTRY)) return undefined
  return parseOrigin(npz.text(ORIGIN_ENTRY), `${where}:${ORIGIN_ENTRY}`)
}

function featureEntry(npz: Npz, where: string): string {
  const known = FEATURE_ENTRIES.find((name) => npz.names.includes(name))
  if (known !== undefined) return known
  if (npz.names.includes('mu') && npz.names.includes('sigma')) {
    throw interchangeError('missing-entry', where, {
      expected: 'a matrix of features',
      found: 'statistics (mu, sigma), which are enough for FID and FVD only',
    })
  }
  if (npz.names.length === 1) return npz.names[0]
  throw interchangeError('missing-entry', where, {
    expected: `features under one of ${FEATURE_ENTRIES.join(', ')}`,
    found: listedEntries(npz.names),
  })
}

function asFeatures({ data, shape }: NpyArray, where: string): FeatureMatrix {
  if (shape.length !== 2 || shape[1] === 0) {
    throw interchangeError('wrong-shape', where, {
      expected: 'features of shape (N, D)',
      found: `(${shape.join(', ')})`,
    })
  }
  const [rows, dimension] = shape
  if (dimension > LARGEST_DIMENSION)
    throw interchangeError('too-large', where, {
      expected: `at most ${LARGEST_DIMENSION} dimensions`,
      found: `${dimension}`,
    })
  try {
    checkFinite(data, dimension, where)
  } catch (error) {
    throw interchangeError('not-finite', where, systemReason(error), {
      cause: error,
    })
  }
  return { data, rows, dimension }
}

/** Clip numbers of rows, as an array of files has them. @throws KinemetricError `wrong-shape`, `damaged` */
export function clipsOf({ data, shape }: NpyArray, rows: number, where: string): Int32Array {
  if (shape.length !== 1 || shape[0] !== rows) {
    throw interchangeError('wrong-shape', where, {
      expected: `the clip of each of ${rows} rows`,
      found: `shape (${shape.join(', ')})`,
    })
  }
  const bad = data.findIndex((clip: number) => !Number.isInteger(clip) || clip < 0 || clip >= 2 ** 31)
  if (bad >= 0)
    throw interchangeError('damaged', where, { expected: 'clip numbers from 0', found: `${data[bad]} for row ${bad}` })
  return Int32Array.from(data)
}
