import { posix } from 'node:path'
import { compiledPath, type importable } from './packages.ts'

/**
 * A compiled file's text as it is published: packages of the workspace are imported by their place inside the one package, declarations name `.js` as
 * the code does, and types of onnxruntime come from the package that declares them, which is small; its binaries are fetched when they are needed.
 * @param path of the file from the root of the published package
 * @throws for a package of the workspace that exports no such name
 */
export function publishedText(path: string, text: string, names: ReturnType<typeof importable>): string {
  const declared = path.endsWith('.d.ts')
  // Who compiles against it need not have said that types of Node are wanted.
  const start =
    declared && /\b(NodeJS|Buffer|AsyncDisposable|Disposable)\b|['"]node:|Symbol\.(async)?[dD]ispose/.test(text)
      ? '/// <reference types="node" />\n'
      : ''
  return (
    start +
    text.replaceAll(
      /\b(from\s*|import\s*\(?\s*)(['"])([^'"\n]+)\2/g,
      (whole, before: string, quote: string, name: string) => {
        const to = publishedName(path, name, names, declared)
        return to === undefined ? whole : `${before}${quote}${to}${quote}`
      },
    )
  )
}

function publishedName(
  path: string,
  name: string,
  names: ReturnType<typeof importable>,
  declared: boolean,
): string | undefined {
  if (declared && name === 'onnxruntime-node') return 'onnxruntime-common'
  if (declared && name.startsWith('.') && name.endsWith('.ts')) return name.replace(/\.ts$/, '.js')
  if (!name.startsWith('@kinemetric/')) return undefined
  const found = names.get(name)
  if (found === undefined) throw new Error(`${path}: expected a name that a package exports, found ${name}`)
  const relative = posix.relative(posix.dirname(path), compiledPath(found.folder, found.source, '.js'))
  return relative.startsWith('.') ? relative : `./${relative}`
}
