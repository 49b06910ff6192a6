import { join, resolve } from 'node:path'
import { ownFolder, readJson } from '@kinemetric/files'
import { type Claims, claimsSchema } from '@kinemetric/records'
import type { Benchmark } from './benchmark-schema.ts'
import type { FoundBenchmark } from './find-benchmark.ts'
import { isPath } from './parse-benchmark.ts'

/** A row of claims with what it says. */
export interface FoundClaims {
  readonly row: Benchmark['claims'][number]
  readonly claims: Claims
}

/**
 * What a benchmark is held against: of a name what comes along, of a path what lies there, from the benchmark's folder.
 * @throws KinemetricError as `readJson`
 */
export async function readStudyClaims({ benchmark, folder }: FoundBenchmark): Promise<FoundClaims[]> {
  return Promise.all(
    benchmark.claims.map(async (row) => {
      const own = join(ownFolder('baselines'), row.claims, 'paper.json')
      const path = isPath(row.claims) ? resolve(folder, row.claims) : own
      return { row, claims: await readJson(path, claimsSchema) }
    }),
  )
}
