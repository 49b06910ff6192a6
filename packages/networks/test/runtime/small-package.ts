import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { PinnedPackage } from '../../src/runtime/onnxruntime-package.ts'

/** A package of the files that matter, a few bytes each, as npm packs them; `folder` gets its file. */
export function smallPackage(folder: string): { path: string; pinned: PinnedPackage } {
  const system = `${process.platform}/${process.arch}`
  const files = {
    'package.json': '{"name": "onnxruntime-node", "version": "1.30.0"}',
    'dist/index.js': 'x'.repeat(1000),
    'dist/index.d.ts': 'export {}',
    'script/install.js': 'throw new Error("must not run")',
    [`bin/napi-v6/${system}/onnxruntime_binding.node`]: 'b'.repeat(512),
    [`bin/napi-v6/${system}/libonnxruntime.so.1`]: 'l'.repeat(100_000),
    'bin/napi-v6/plan9/x64/onnxruntime_binding.node': 'other',
  }
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, 'package', name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  const file = 'onnxruntime-node-1.30.0.tgz'
  const path = join(folder, file)
  execFileSync('tar', ['--format=ustar', '-czf', path, '-C', folder, 'package'])
  const bytes = readFileSync(path)
  const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`
  const url = `https://registry.npmjs.org/onnxruntime-node/-/${file}`
  return { path, pinned: { name: 'onnxruntime-node', version: '1.30.0', file, bytes: bytes.length, integrity, url } }
}
