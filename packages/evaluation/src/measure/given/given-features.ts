import { benchmarkError } from '@kinemetric/benchmark'
import { hashBytes, readRegularFile } from '@kinemetric/files'
import { type FeatureMatrix, GIVEN, readFeatureFile, requireEncoderName, type Side } from '@kinemetric/metrics'

/** Rows of an encoder that is none of ours, a file a side: .npz with names of clips, or .npy with a row for each clip in order. */
export interface GivenFiles {
  /** What the encoder is called: in recipes (`usual/of-<name>`), signatures and tables. */
  name: string
  generated: string
  reference: string
}

/** Rows of one side, as its file has them. */
interface GivenSide {
  path: string
  features: FeatureMatrix
  /** Name, preprocessing and digest of the encoder, as far as the file says them. */
  encoder: string | undefined
  preprocessing: string | undefined
  digest: string | undefined
  /** sha256 of the file. */
  sha256: string
  /** First row of each clip, and how many it has. */
  places: ReadonlyMap<string, readonly [first: number, rows: number]>
}

/** Rows of an encoder that somebody brought, of both sides. */
export interface GivenFeatures {
  encoder: string
  preprocessing: string
  /** Of the encoder, as its files say it; else of the reference's rows, which stand for it: who is held against other rows is held against other numbers. */
  digest: string
  dimension: number
  /** Beginnings of the files' sha256, so that a run that goes on is of the same rows. */
  files: string
  warnings: string[]
  /** A clip's rows; undefined where there are none. */
  rows(side: Side, clip: string): Float32Array | undefined
}

/** What is scored, as far as rows have to fit it. */
export interface ScoredClips {
  references: readonly string[]
  /** Those of them of which something was generated, in the same order. */
  generated: readonly string[]
  /** Every name that clips of the source have, those too that were not asked for. */
  known: Pick<ReadonlySet<string>, 'has'>
}

/**
 * Opens both sides' rows of an encoder and holds them against each other and the clips.
 * @throws KinemetricError `bad-features` for rows of two encoders or dimensions, clips without rows, rows of no clip, clips that come twice, rows that are all the
 * same; `bad-option` for a name that is none; as `readFeatureFile`, NaN included
 */
export async function openGivenFeatures(files: GivenFiles, clips: ScoredClips): Promise<GivenFeatures> {
  const encoder = requireEncoderName(files.name, '--features')
  const warnings: string[] = []
  const reference = await openSide(files.reference, clips.references, warnings)
  const generated = await openSide(files.generated, clips.generated, warnings)
  requireOneEncoder(encoder, generated, reference)
  requireClips(reference, clips.references, clips.known)
  requireClips(generated, clips.generated, clips.known)
  const sides = { generated, reference }
  const preprocessing = reference.preprocessing ?? generated.preprocessing ?? GIVEN
  const said = reference.digest ?? generated.digest ?? `rows:${reference.sha256}`
  return {
    encoder,
    preprocessing,
    digest: hashBytes(JSON.stringify([encoder, preprocessing, said])),
    dimension: reference.features.dimension,
    files: `${generated.sha256.slice(0, 16)}/${reference.sha256.slice(0, 16)}`,
    warnings,
    rows: (side, clip) => {
      const { features, places } = sides[side]
      const place = places.get(clip)
      if (place === undefined) return undefined
      const [first, rows] = place
      const { data, dimension } = features
      return Float32Array.from(data.subarray(first * dimension, (first + rows) * dimension))
    },
  }
}

/** @param expected the clips that rows without names are of, in their order */
async function openSide(path: string, expected: readonly string[], warnings: string[]): Promise<GivenSide> {
  const { features, origin, clipNames } = await readFeatureFile(path)
  const sha256 = hashBytes(await readRegularFile(path, { maxBytes: Infinity }))
  requireSpread(features, path)
  let names = clipNames
  if (names === undefined) {
    if (features.rows !== expected.length)
      throw givenError(path, {
        expected: `the names of the rows' clips (an array \`clips\` in an .npz), or a row for each of ${expected.length} clips in their order`,
        found: `${features.rows} rows without names`,
      })
    names = expected
    warnings.push(`rows of ${base(path)} name no clips: they were taken in the order of the clips' names`)
  }
  return {
    path,
    features,
    encoder: origin?.network,
    preprocessing: origin?.preprocessing,
    digest: origin?.digest,
    sha256,
    places: placesOf(names, path),
  }
}

function placesOf(names: readonly string[], path: string): Map<string, readonly [number, number]> {
  const places = new Map<string, readonly [number, number]>()
  for (let row = 0; row < names.length;) {
    const name = names[row]
    let end = row
    while (end < names.length && names[end] === name) end++
    if (places.has(name))
      throw givenError(path, { expected: 'the rows of a clip once and together', found: `${name} again at row ${row}` })
    places.set(name, [row, end - row])
    row = end
  }
  const counts = [...places].map(([clip, [, rows]]) => ({ clip, rows }))
  const odd = counts.find(({ rows }) => rows !== counts[0]?.rows)
  if (odd !== undefined)
    throw givenError(path, {
      expected: `as many rows of each clip: ${counts[0].clip} has ${counts[0].rows}`,
      found: `${odd.rows} of ${odd.clip}`,
    })
  return places
}

/** @throws KinemetricError `bad-features` where no two rows differ: of such a side nothing can be told */
function requireSpread({ data, rows, dimension }: FeatureMatrix, path: string): void {
  for (let at = dimension; at < rows * dimension; at++) if (data[at] !== data[at % dimension]) return
  if (rows > 1) throw givenError(path, { expected: 'rows that differ', found: `${rows} times the same row` })
}

function requireOneEncoder(encoder: string, generated: GivenSide, reference: GivenSide): void {
  for (const side of [generated, reference])
    if (side.encoder !== undefined && side.encoder !== encoder)
      throw givenError(side.path, {
        expected: `features of ${encoder}, as they are called`,
        found: `those of ${side.encoder}`,
        then: `--features ${side.encoder}=… calls them by their own name`,
      })
  for (const [what, a, b] of [
    ['dimension', generated.features.dimension, reference.features.dimension],
    ['preprocessing', generated.preprocessing, reference.preprocessing],
    ['digest', generated.digest, reference.digest],
    ['rows a clip', rowsOfClip(generated), rowsOfClip(reference)],
  ] as const)
    if (a !== undefined && b !== undefined && a !== b)
      throw givenError(generated.path, {
        expected: `features of the encoder of ${base(reference.path)}: ${what} ${b}`,
        found: `${what} ${a}`,
      })
}

function rowsOfClip({ places }: GivenSide): number | undefined {
  return [...places.values()][0]?.[1]
}

function requireClips({ path, places }: GivenSide, wanted: readonly string[], known: ScoredClips['known']): void {
  const missing = wanted.filter((name) => !places.has(name))
  if (missing.length > 0)
    throw givenError(path, {
      expected: `rows of every clip that is scored`,
      found: `none of ${listed(missing)}`,
    })
  const strange = [...places.keys()].filter((name) => !known.has(name))
  if (strange.length > 0)
    throw givenError(path, { expected: 'rows of clips of the references', found: `rows of ${listed(strange)}` })
}

function listed(names: readonly string[]): string {
  const more = names.length > 3 ? ` and ${names.length - 3} more` : ''
  return `${names.slice(0, 3).join(', ')}${more}`
}

function base(path: string): string {
  return path.replace(/^.*[/\\]/, '')
}

function givenError(path: string, said: { expected: string; found: string; then?: string | undefined }) {
  return benchmarkError('bad-features', path, said)
}
