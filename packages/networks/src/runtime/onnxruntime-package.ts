/** A package of the npm registry by its version and the digest of its file. */
export interface PinnedPackage {
  readonly name: string
  readonly version: string
  /** Name of its file, as `npm pack` gives it. */
  readonly file: string
  /** Size of the file. */
  readonly bytes: number
  /** The file's digest as npm writes it. */
  readonly integrity: string
  /** Where it lies in the public registry; a user's own may have it elsewhere. */
  readonly url: string
}

/**
 * The package that runs the networks, as the npm registry has it. It is no dependency of what is published: its install script fetches from a third place, and the
 * binaries of all systems that it holds are 288 MB, of which a machine needs one's.
 */
export const onnxruntimePackage = {
  name: 'onnxruntime-node',
  version: '1.30.0',
  file: 'onnxruntime-node-1.30.0.tgz',
  bytes: 113_507_888,
  integrity: 'sha512-twhs1C2C/BFkz1yc5OY0KIU2GUq6DURO7hD4bx5Q2Qy3nAMJwRXW8xU3NVczE29VA9lolLOYepoD8fjTGOfIqw==',
  url: 'https://registry.npmjs.org/onnxruntime-node/-/onnxruntime-node-1.30.0.tgz',
  /** Systems that it has binaries for. */
  systems: ['linux x64', 'linux arm64', 'darwin arm64', 'win32 x64', 'win32 arm64'],
} as const satisfies PinnedPackage & { readonly systems: readonly string[] }
