export type SourceProblem = 'missing' | 'unreadable'

/** Why there is no video to show. */
export class SourceError extends Error {
  readonly problem: SourceProblem

  constructor(problem: SourceProblem, message: string) {
    super(message)
    this.problem = problem
  }
}
