import type { EvaluateOptions, Evaluation } from './evaluate-options.ts'

/** Scores a folder of generated clips against references and writes the record. */
export async function evaluate(_options: EvaluateOptions): Promise<Evaluation> {
  return Promise.reject(new Error('evaluate: being written'))
}
