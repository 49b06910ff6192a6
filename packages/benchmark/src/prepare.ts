import type { Preparation, PrepareOptions } from './prepare-options.ts'

/** Makes a manifest and its prepared clips. */
export async function prepare(_options: PrepareOptions): Promise<Preparation> {
  return Promise.reject(new Error('prepare: being written'))
}
