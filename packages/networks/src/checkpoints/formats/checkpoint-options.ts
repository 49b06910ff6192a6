export interface OpenCheckpointOptions {
  /** Folders inside which the file's real path must lie. By default anywhere. */
  roots?: readonly string[] | undefined
  /** Key of the state dict inside a torch checkpoint; by default it is found (see collectTensors). */
  subtree?: string | undefined
  /**
   * What to do with names that a file of tensors does not need (a training run's callbacks, say): by default an error
   * that names them; 'ignore' carries them along as opaque data. Nothing is executed either way.
   */
  unknownGlobals?: 'refuse' | 'ignore' | undefined
  /** Which of the names are wanted: of the others of a torch file nothing is looked up. Default: all. */
  wanted?: ((names: readonly string[]) => ReadonlySet<string>) | undefined
}
