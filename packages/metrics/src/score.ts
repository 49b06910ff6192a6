/** An interval around a score, and how it was found. */
export interface Interval {
  low: number
  high: number
  /** Coverage aimed at, such as 0.95. */
  level: number
  /** How: `bootstrap-percentile, clips, 1000 resamples, seed 0`. */
  method: string
}

/** One number of a method: what it is, how sure it is and everything that it depends on. JSON. */
export interface Score {
  metric: string
  recipe: string
  /** null when there is no finite number; `warnings` then says why. */
  value: number | null
  unit: string
  better: 'higher' | 'lower'
  /** How many values the mean is over: clips for what has a value per clip, rows of features for what has one a set. */
  n: number
  interval: Interval | null
  signature: string
  warnings?: string[] | undefined
  details?: Record<string, unknown> | undefined
}
