/** What verifying found of one thing. */
export interface Finding {
  /** The record's path within the results folder, or another file's. */
  file: string
  /** `interval of lpips:alex`, `frames of the generated side`. */
  what: string
  /** What was expected and what was found; or why it could not be checked. */
  message: string
}

/** What is gathered while a folder is gone through. */
export class Findings {
  /** Checks that held. */
  held = 0
  readonly wrong: Finding[] = []
  readonly unchecked: Finding[] = []

  /** Counts what holds; what does not is told. @param message made only where it does not hold */
  check(file: string, what: string, holds: boolean, message: () => string): void {
    if (holds) this.held++
    else this.wrong.push({ file, what, message: message() })
  }

  fail(file: string, what: string, message: string): void {
    this.wrong.push({ file, what, message })
  }

  leave(file: string, what: string, message: string): void {
    this.unchecked.push({ file, what, message })
  }
}
