import { createRequire } from 'node:module'

/** The version of the npm package. A release has the number itself here: it carries the package's code, and installs its binaries alone. */
export function nodeAvVersion(): string {
  // The package's exports do not list package.json; its path is the only way to it.
  const require = createRequire(import.meta.url)
  const entry = require.resolve('node-av')
  const manifest: { version: string } = require(entry.replace(/dist[\\/]index\.js$/, 'package.json'))
  return manifest.version
}
