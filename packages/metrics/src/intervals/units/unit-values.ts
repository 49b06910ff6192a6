import { metricError } from '../../recipes/metric-error.ts'

/** Values of clips, what each counts, and the source video that each is of. */
export interface ClipSample {
  /** `[clips]` */
  values: ArrayLike<number>
  /** `[clips]` above 0; absent: 1 each. */
  weights?: ArrayLike<number> | undefined
  /** `[clips]` absent: every clip is a unit of its own. */
  units?: readonly string[] | undefined
}

/** A weighted mean with a value per unit that says all about its error. */
export interface UnitValues {
  /** Σwx/Σw */
  mean: number
  ids: readonly string[]
  /** `[units]` their mean is the weighted mean, their sd/√units its cluster-robust error. */
  values: Float64Array
}

/**
 * Unit values of a weighted mean over clips that share source videos: u_g = x̄ + (G/Σw)·Σ_{i∈g} wᵢ(xᵢ − x̄), x̄ = Σwx/Σw, G units. Their mean is x̄ and
 * their standard error the cluster-robust one with the factor G/(G − 1); without weights and units they are the values themselves.
 *
 * @throws KinemetricError `shape-mismatch`, `bad-option` for a weight that is not above 0
 */
export function unitValues(sample: ClipSample): UnitValues {
  const { ids, unitOfClip } = unitsOf(sample)
  const weights = weightsOf(sample)
  let [sum, total] = [0, 0]
  for (let i = 0; i < weights.length; i++) {
    sum += weights[i] * sample.values[i]
    total += weights[i]
  }
  const mean = sum / total
  if (sample.units === undefined && sample.weights === undefined)
    return { mean, ids, values: Float64Array.from(sample.values) }
  const values = new Float64Array(ids.length).fill(mean)
  for (let i = 0; i < weights.length; i++)
    values[unitOfClip[i]] += (ids.length / total) * weights[i] * (sample.values[i] - mean)
  return { mean, ids, values }
}

/** Weights of a mean over classes or templates of their clips' means: 1/(C·n_c), C the classes that have a clip. */
export function classWeights(classes: readonly string[]): Float64Array {
  const sizes = new Map<string, number>()
  for (const name of classes) sizes.set(name, (sizes.get(name) ?? 0) + 1)
  return Float64Array.from(classes, (name) => 1 / (sizes.size * (sizes.get(name) ?? 1)))
}

function unitsOf({ values, units }: ClipSample): { ids: readonly string[]; unitOfClip: Int32Array } {
  if (units === undefined)
    return {
      ids: Array.from({ length: values.length }, (_, i) => String(i)),
      unitOfClip: Int32Array.from({ length: values.length }, (_, i) => i),
    }
  if (units.length !== values.length)
    throw metricError('shape-mismatch', 'units', {
      expected: `a unit of each of ${values.length} clips`,
      found: `${units.length}`,
    })
  return positionsOf(units)
}

/** The units in ascending order (by code unit), and of each clip the position of its own. */
export function positionsOf(units: readonly string[]): { ids: string[]; unitOfClip: Int32Array } {
  const ids = [...new Set(units)].sort()
  const position = new Map(ids.map((id, g) => [id, g]))
  return { ids, unitOfClip: Int32Array.from(units, (unit) => position.get(unit) ?? 0) }
}

function weightsOf({ values, weights }: ClipSample): ArrayLike<number> & Iterable<number> {
  if (weights === undefined) return new Float64Array(values.length).fill(1)
  if (weights.length !== values.length)
    throw metricError('shape-mismatch', 'weights', {
      expected: `a weight of each of ${values.length} clips`,
      found: `${weights.length}`,
    })
  const copy = Float64Array.from(weights)
  const wrong = copy.findIndex((weight) => !(weight > 0 && Number.isFinite(weight)))
  if (wrong < 0) return copy
  throw metricError('bad-option', 'weights', {
    expected: 'weights above 0',
    found: `${copy[wrong]} at clip ${wrong}`,
  })
}
