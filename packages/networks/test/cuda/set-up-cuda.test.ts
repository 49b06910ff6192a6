import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { storedZip } from '../../src/checkpoints/formats/stored-zip.ts'
import { cudaEnvironment, cudaFolder } from '../../src/cuda/cuda-environment.ts'
import { cudaNeeds, type CudaPackage } from '../../src/cuda/cuda-packages.ts'
import { cudaState, cudaTrouble } from '../../src/cuda/cuda-state.ts'
import { downloadWheel, requireDownloader } from '../../src/cuda/downloader.ts'
import { libraryFolders } from '../../src/cuda/find-libraries.ts'
import { type CudaPlan, planCuda } from '../../src/cuda/plan-cuda.ts'
import { setUpCuda } from '../../src/cuda/set-up-cuda.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const before = { ...process.env }
let root: string
beforeEach(async () => {
  root = await temporaryFolder()
  process.env.XDG_CACHE_HOME = join(root, 'cache')
  delete process.env.LD_LIBRARY_PATH
  delete process.env.CONDA_PREFIX
  process.env.VIRTUAL_ENV = join(root, 'none')
})
afterEach(() => {
  for (const name of ['XDG_CACHE_HOME', 'LD_LIBRARY_PATH', 'VIRTUAL_ENV', 'CONDA_PREFIX']) {
    const value = before[name]
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
})

const [needs] = cudaNeeds

/** A Python environment with every library of the packages, each a file of a few bytes. */
async function pythonEnvironment(): Promise<string> {
  const site = join(root, 'venv', 'lib', 'python3.12', 'site-packages')
  const lib = join(site, 'nvidia', 'cu13', 'lib')
  const cudnn = join(site, 'nvidia', 'cudnn', 'lib')
  const capi = join(site, 'onnxruntime', 'capi')
  await mkdir(join(site, `onnxruntime_gpu-${needs.onnxruntime}.dist-info`), { recursive: true })
  for (const folder of [lib, cudnn, capi]) await mkdir(folder, { recursive: true })
  for (const { name, libraries } of needs.packages) {
    const folder = name.includes('cudnn') ? cudnn : name.includes('onnx') ? capi : lib
    for (const library of libraries)
      await writeFile(join(folder, library.replace('builtins.so.13', 'builtins.so.13.0')), 'ELF')
  }
  await writeFile(join(cudnn, 'libcudnn_engines_precompiled.so.9'), 'ELF')
  await writeFile(join(lib, 'libnvblas.so.13'), 'ELF')
  return join(root, 'venv')
}

describe.runIf(process.platform === 'linux' && process.arch === 'x64')('CUDA on Linux x64', () => {
  test('without an environment everything is downloaded, and nothing is written by the plan', async () => {
    const plan = await planCuda({ python: join(root, 'none') })
    const downloads = plan.steps.filter(({ how }) => how === 'download')
    expect(downloads.map((step) => step.package.name)).toContain('onnxruntime-gpu')
    expect(plan.downloadBytes).toBe(downloads.reduce((sum, step) => sum + step.package.bytes, 0))
    expect(existsSync(join(root, 'cache'))).toBe(false)
  })

  test("a Python environment's libraries are linked to, none copied", async () => {
    const venv = await pythonEnvironment()
    const plan = await planCuda({ python: venv })
    expect(plan.steps.map(({ how }) => how)).toEqual(needs.packages.map(() => 'in place'))
    expect(plan.downloadBytes).toBe(0)
    await setUpCuda(plan)
    const { folder } = plan
    expect(readlinkSync(join(folder, 'libcublas.so.13'))).toContain(join('nvidia', 'cu13', 'lib', 'libcublas.so.13'))
    expect(readlinkSync(join(folder, 'libcudnn_engines_precompiled.so.9'))).toContain('cudnn')
    expect(readlinkSync(join(folder, 'libcudnn.so'))).toBe('libcudnn.so.9')
    expect(existsSync(join(folder, 'libnvblas.so.13'))).toBe(false)

    const environment = await cudaEnvironment({ parity: true })
    expect(environment).toEqual({ LD_LIBRARY_PATH: folder, NVIDIA_TF32_OVERRIDE: '0' })
    expect(await cudaEnvironment({ parity: false })).toEqual({ LD_LIBRARY_PATH: folder })
    process.env.LD_LIBRARY_PATH = '/own'
    expect((await cudaEnvironment({ parity: false })).LD_LIBRARY_PATH).toBe(`${folder}:/own`)
    expect(readlinkSync(join(folder, 'libonnxruntime.so.1'))).toContain(join('onnxruntime-node', 'bin'))
  })

  test('of an environment that lacks one of the libraries none is taken', async () => {
    const venv = await pythonEnvironment()
    await rm(join(venv, 'lib', 'python3.12', 'site-packages', 'nvidia', 'cu13', 'lib', 'libcurand.so.10'))
    const plan = await planCuda({ python: venv })
    expect(plan.steps.map(({ how }) => how)).toEqual(['in place', ...needs.packages.slice(1).map(() => 'download')])
  })

  test('a provider of another version of onnxruntime is not taken', async () => {
    const venv = await pythonEnvironment()
    const site = join(venv, 'lib', 'python3.12', 'site-packages')
    await rename(
      join(site, `onnxruntime_gpu-${needs.onnxruntime}.dist-info`),
      join(site, 'onnxruntime_gpu-1.20.0.dist-info'),
    )
    const plan = await planCuda({ python: venv })
    expect(plan.steps.find((step) => step.package.name === 'onnxruntime-gpu')?.how).toBe('download')
  })

  test('what cannot be loaded is named, with the driver wanted and found', async () => {
    expect(cudaTrouble(await cudaState())).toMatch(
      /^not set up \(driver found: .*; wanted: 580 or newer, for CUDA 13\)$/,
    )
    await setUpCuda(await planCuda({ python: await pythonEnvironment() }))
    const state = await cudaState()
    expect(state.setUp).toBe(true)
    const missing = state.missing.map(({ library }) => library)
    // Three bytes are no library. libcuda.so.1 is the driver's.
    expect(missing).toEqual(expect.arrayContaining(['libcublasLt.so.13', 'libcudnn.so.9']))
    expect(state.missing.find(({ library }) => library === 'libcublas.so.13')?.said).toContain('file too short')
    expect(cudaTrouble(state)).toContain('libcublasLt.so.13')
  })
})

/** A wheel with two libraries, one of another package, and a licence; and a program that downloads it as pip does. */
async function wheel(): Promise<{ wanted: CudaPackage; program: string; bytes: Uint8Array }> {
  const bytes = Buffer.concat([
    ...storedZip([
      { name: 'nvidia/cu13/lib/libone.so.13', data: Buffer.from('one') },
      { name: 'nvidia/cu13/lib/libone_more.so.13', data: Buffer.from('more') },
      { name: 'nvidia/cu13/lib/libother.so.13', data: Buffer.from('other') },
      { name: 'nvidia_one-1.dist-info/licenses/License.txt', data: Buffer.from('terms') },
    ]),
  ])
  await writeFile(join(root, 'nvidia_one-1.whl'), bytes)
  const program = join(root, 'pip')
  await writeFile(
    program,
    `#!/bin/sh\nfor each in "$@"; do case "$each" in --dest=*) cp "${root}/nvidia_one-1.whl" "\${each#--dest=}/";; esac; done\necho "$@" > ${root}/asked\n`,
  )
  await chmod(program, 0o755)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const wanted = {
    ...needs.packages[1],
    name: 'nvidia-one',
    version: '1',
    sha256,
    libraries: ['libone.so.13'],
    others: 'libone_',
  }
  return { wanted, program, bytes }
}

function planOf(wanted: CudaPackage): CudaPlan {
  return {
    needs: { ...needs, packages: [wanted] },
    folder: join(root, 'cuda'),
    steps: [{ package: wanted, how: 'download', paths: [] }],
    downloadBytes: 1,
    diskBytes: 1,
  }
}

describe('what is downloaded', () => {
  test('is unpacked by the names of its libraries into one folder, and the wheel removed', async () => {
    const { wanted, program } = await wheel()
    const plan = planOf(wanted)
    await setUpCuda(plan, { downloader: [program, 'download'] })
    const found = readdirSync(plan.folder).filter((name) => !name.startsWith('.'))
    expect(found.sort()).toEqual(
      ['done', 'libone.so', 'libone.so.13', 'libone_more.so', 'libone_more.so.13', 'licences', 'setup.json'].sort(),
    )
    expect(readFileSync(join(plan.folder, 'libone.so.13'), 'utf8')).toBe('one')
    expect(readFileSync(join(plan.folder, 'licences', 'nvidia-one', 'License.txt'), 'utf8')).toBe('terms')
    expect(readFileSync(join(root, 'asked'), 'utf8')).toContain('download --only-binary=:all: --no-deps')
  })

  test('another content is refused, and leaves nothing', async () => {
    const { wanted, program } = await wheel()
    const plan = planOf({ ...wanted, sha256: '0'.repeat(64) })
    await expect(setUpCuda(plan, { downloader: [program] })).rejects.toMatchObject({ code: 'wrong-hash' })
    expect(readdirSync(plan.folder).filter((name) => name !== '.lock')).toEqual([])
  })

  test('what the program says is told where it fails; without a program, which to install', async () => {
    const program = join(root, 'pip')
    await writeFile(program, '#!/bin/sh\necho "ERROR: No matching distribution" >&2\nexit 1\n')
    await chmod(program, 0o755)
    await expect(downloadWheel([program], needs.packages[0], root)).rejects.toThrow('ERROR: No matching distribution')
    expect(() => requireDownloader(undefined)).toThrow(/expected pip or uv/)
  })
})

test('folders of an environment come first, then those of LD_LIBRARY_PATH, then the usual ones', async () => {
  const venv = await pythonEnvironment()
  const folders = await libraryFolders(venv, { LD_LIBRARY_PATH: '/own:' })
  const site = join(venv, 'lib', 'python3.12', 'site-packages')
  expect(folders).toContain(join(site, 'nvidia', 'cudnn', 'lib'))
  expect(folders.indexOf(join(site, 'onnxruntime', 'capi'))).toBeLessThan(folders.indexOf('/own'))
  expect(folders.indexOf('/own')).toBeLessThan(folders.indexOf('/usr/local/cuda/lib64'))
})

test('the folder is that of the version of onnxruntime which is installed', () => {
  expect(cudaFolder()).toBe(join(root, 'cache', 'kinemetric', 'cuda', needs.onnxruntime))
})
