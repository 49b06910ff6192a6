/** The tensors of one unit (convolution, batch norm, ReLU) in a checkpoint. */
export interface UnitNames {
  readonly kernel: string
  /** Absent where the file has no batch norm scale: it is 1 everywhere. */
  readonly scale: string | undefined
  readonly shift: string
  readonly mean: string
  readonly variance: string
}
