/** One file of pretrained weights that a network needs. Nothing is redistributed: users get it from its own address. */
export interface WeightEntry {
  readonly id: string
  readonly title: string
  /** Name under which `pullWeight` keeps it. A file is recognised by its content, whatever its name. */
  readonly file: string
  readonly url: string
  /** Other addresses of the same bytes. */
  readonly mirrors: readonly string[]
  /** Of the file; where its hash is unknown about as many. */
  readonly bytes: number
  /** Of the file, hex. Undefined where nobody has published it and it was not seen: what comes first is pinned (see `pinOf`). */
  readonly sha256: string | undefined
  /**
   * Beginnings of the names of the tensors that are used, where these are not all of the file's: of each group the first that some tensor has (the slow copy of
   * an encoder, or else the encoder).
   */
  readonly uses?: readonly (readonly string[])[] | undefined
  /** The tensors that the network needs; a file of only these counts as the whole. Absent where it is all of the file's. */
  readonly tensorNames?: readonly string[] | undefined
  /** `digestTensors` of those tensors: recognises them in any container. */
  readonly tensorDigest?: string | undefined
  readonly licence: string
  readonly licenceUrl: string
  readonly citation: string
}
