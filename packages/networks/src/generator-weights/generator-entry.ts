/** One file of a generator's weights. */
export interface GeneratorFile {
  /** Where it lies in the generator's folder, which is laid as `openModelFolder` reads it. */
  readonly path: string
  /** Where it is asked for instead where the first is not there. */
  readonly others?: readonly string[] | undefined
  /** Whether the weights are whole without it. */
  readonly optional?: boolean | undefined
  /** Of the file, hex, where anybody has said it in public; else what the server says of it is all that it can be held against. */
  readonly sha256?: string | undefined
  readonly bytes?: number | undefined
}

/** The weights of a generator, of which only the files that are used are fetched. Nothing is redistributed. */
export interface GeneratorEntry {
  readonly id: string
  /** The word of `--checkpoint` that names them by hand. */
  readonly word: string
  readonly title: string
  /** Address below which the files lie. On Hugging Face's hub as `hub:<organisation>/<name>`. */
  readonly from: string
  /** The hub gives them to those alone who have accepted the licence there, and shows it by a token. */
  readonly gated: boolean
  readonly files: readonly GeneratorFile[]
  /** What to open: the folder, or one file in it. */
  readonly opens?: string | undefined
  /** In words, as sizes are not known to the byte. */
  readonly size: string
  readonly licence: string
  readonly licenceUrl: string
  readonly citation: string
}
