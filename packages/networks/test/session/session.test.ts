import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test, vi } from 'vitest'

import type { TensorReference } from '../../src/checkpoints/tensors/tensor-reference.ts'
import { GraphBuilder, type GraphModel } from '../../src/onnx/graph-builder.ts'
import { DeferredSessions } from '../../src/session/deferred-sessions.ts'
import { openSession } from '../../src/session/session.ts'

let folder: string
let weights: TensorReference

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'kinemetric-session-')))
  // Three bytes of something else first: tensors of a checkpoint are rarely aligned.
  const bytes = Buffer.alloc(3 + 16)
  Float32Array.of(1, 2, 3, 4).forEach((value, i) => bytes.writeFloatLE(value, 3 + 4 * i))
  const file = join(folder, 'weights.bin')
  writeFileSync(file, bytes)
  weights = { name: 'w', dtype: 'float32', shape: [2, 2], file, offset: 3, byteLength: 16, contiguous: true }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function linear(reference: TensorReference, shape?: number[]) {
  const graph = new GraphBuilder('linear')
  const x = graph.input('x', 'float32', ['rows', 2])
  graph.output(graph.node('MatMul', [x, graph.weight(reference, { shape })]), 'y', 'float32', ['rows', 2])
  return graph.build()
}

const ones = { type: 'float32', data: Float32Array.of(1, 1, 1, -1), shape: [2, 2] } as const

test('a graph multiplies with a weight read in place, at an unaligned offset', async () => {
  const model = linear(weights)
  expect(model.externalFiles).toEqual([weights.file])
  const session = await openSession(model, { threads: 1 })
  const { y } = await session.run({ x: ones })
  expect(y).toEqual({ type: 'float32', data: Float32Array.of(4, 6, -2, -2), shape: [2, 2] })
  await session.close()
  await expect(session.run({ x: ones })).rejects.toThrow('the session is closed')
})

test('half and double weights are cast to float32 in the graph', async () => {
  const file = join(folder, 'mixed.bin')
  const bytes = Buffer.alloc(8 + 32)
  ;[0x3c00, 0x4000, 0x4200, 0x4400].forEach((bits, i) => bytes.writeUInt16LE(bits, 2 * i))
  ;[1, 2, 3, 4].forEach((value, i) => bytes.writeDoubleLE(value, 8 + 8 * i))
  writeFileSync(file, bytes)
  for (const at of [
    { dtype: 'float16', offset: 0, byteLength: 8 },
    { dtype: 'float64', offset: 8, byteLength: 32 },
  ] as const) {
    const session = await openSession(linear({ ...weights, ...at, file }))
    expect((await session.run({ x: ones })).y.data).toEqual(Float32Array.of(4, 6, -2, -2))
    await session.close()
  }
})

test('attributes of each kind and several outputs', async () => {
  const graph = new GraphBuilder('attributes')
  const x = graph.input('x', 'float32', [4])
  const [low, high] = graph.nodes('Split', [x, graph.ints([1, 3])], 2, { axis: 0 })
  const leaky = graph.node('LeakyRelu', [high], { alpha: { float: 0.5 } })
  const joined = graph.node('Concat', [low, leaky], { axis: 0 })
  const filled = graph.node('ConstantOfShape', [graph.ints([2])], {
    value: { tensor: { data: BigInt64Array.of(7n), shape: [1] } },
  })
  graph.output(joined, 'joined', 'float32', [4])
  graph.output(filled, 'filled', 'int64', [2])
  const session = await openSession(graph.build())
  const { joined: result, filled: sevens } = await session.run({
    x: { type: 'float32', data: Float32Array.of(-1, -2, 3, -4), shape: [4] },
  })
  expect([...result.data]).toEqual([-1, -1, 3, -2])
  expect(sevens.data).toEqual(BigInt64Array.of(7n, 7n))
  await session.close()
})

test('a session that waits is made when all are opened, or when it is run, and refuses as any other then', async () => {
  const x = { type: 'float32', data: Float32Array.of(4), shape: [1] } as const
  const deferred = new DeferredSessions()
  const [run, closed] = await Promise.all([1, 2].map(() => openSession(rootOf('float32'), { deferred })))
  expect((await run.run({ x })).y.data).toEqual(Float32Array.of(2))
  await closed.close()
  await expect(closed.run({ x })).rejects.toThrow(/closed/)
  // onnxruntime has no square root of whole numbers.
  await openSession(rootOf('int32'), { deferred })
  await expect(deferred.open()).rejects.toThrow(/graph-refused|waits/)
  await expect(openSession(rootOf('int32'), { deferred })).rejects.toThrow(/waits/)
  await run.close()
})

test('graphs that cannot be right are refused while they are built', () => {
  const graph = new GraphBuilder('wrong')
  const other = new GraphBuilder('other').input('elsewhere', 'float32', [1])
  const x = graph.input('x', 'float32', [1])
  expect(() => graph.build()).toThrow(
    expect.objectContaining({ code: 'bad-graph', message: 'wrong: a graph needs an output' }),
  )
  expect(() => graph.node('Relu', [other])).toThrow('wrong: Relu reads elsewhere, which is not a value of this graph')
  expect(() => graph.input('x', 'float32', [1])).toThrow("wrong: the name 'x' is empty or already taken")
  expect(() => graph.constant(Float32Array.of(1), [2])).toThrow('constant: expected 2 elements for shape [2], found 1')
  expect(() => graph.weight(weights, { shape: [3] })).toThrow('w: shape [2, 2] cannot be read as [3]')
  // Also where the graph holds a tensor at that place already.
  graph.weight(weights)
  expect(() => graph.weight({ ...weights, contiguous: false, strides: [1, 2] })).toThrow(
    'expected a contiguous tensor, found strides [1, 2]',
  )
  expect(() => graph.weight({ ...weights, dtype: 'complex64' })).toThrow('elements of type complex64')
  graph.output(graph.node('Elu', [x], { alpha: 0.5 }), 'y', 'float32', [1])
  expect(() => graph.build()).toThrow('attribute alpha: expected an integer, found 0.5')
})

test('the same bytes asked for twice are one initialiser', () => {
  const graph = new GraphBuilder('shared')
  expect(graph.weight(weights)).toBe(graph.weight({ ...weights, name: 'alias' }))
  expect(graph.weight(weights, { shape: [4] })).not.toBe(graph.weight(weights))
})

test('weight files are checked before onnxruntime sees them', async () => {
  const link = join(folder, 'link.bin')
  symlinkSync(weights.file, link)
  const short = join(folder, 'short.bin')
  writeFileSync(short, Buffer.alloc(19))
  truncateSync(short, 10)
  const cases: [TensorReference, RegExp][] = [
    [{ ...weights, file: join(folder, 'none.bin') }, /none\.bin does not exist/],
    [{ ...weights, file: folder }, /is not a regular file/],
    [{ ...weights, file: link }, /leads through a symbolic link \(to .*weights\.bin\)/],
    [{ ...weights, file: short }, /has 10 bytes; the graph reads up to byte 19/],
  ]
  for (const [reference, message] of cases) {
    await expect(openSession(linear(reference))).rejects.toThrow(message)
    await expect(openSession(linear(reference))).rejects.toMatchObject({ code: 'weights-refused' })
  }
  const elsewhereFolder = mkdtempSync(join(folder, 'elsewhere-'))
  const elsewhere = openSession(linear(weights), { weightRoots: [elsewhereFolder] })
  await expect(elsewhere).rejects.toThrow(/lies outside the weight folders/)
  const inside = await openSession(linear(weights), { weightRoots: [folder] })
  await inside.close()
})

test('a graph that onnxruntime rejects is a typed error that names the graph', async () => {
  const graph = new GraphBuilder('no-such-operator')
  graph.output(graph.node('Frobnicate', [graph.input('x', 'float32', [1])]), 'y', 'float32', [1])
  const opening = openSession(graph.build())
  await expect(opening).rejects.toMatchObject({
    kind: 'broken',
    code: 'graph-refused',
    message: expect.stringContaining('no-such-operator'),
  })
})

test('KINEMETRIC_THREADS that is no number of threads is refused, and one that is says how many', async () => {
  vi.stubEnv('KINEMETRIC_THREADS', 'all')
  await expect(openSession(linear(weights))).rejects.toMatchObject({ code: 'bad-option', where: 'KINEMETRIC_THREADS' })
  // Who says how many is not asked.
  await (await openSession(linear(weights), { threads: 1 })).close()
  vi.stubEnv('KINEMETRIC_THREADS', '2')
  await (await openSession(linear(weights))).close()
  vi.unstubAllEnvs()
})

test('feeds that do not fit are a typed error', async () => {
  const session = await openSession(linear(weights))
  const wrong = { type: 'float32', data: new Float32Array(3), shape: [1, 3] } as const
  await expect(session.run({ x: wrong })).rejects.toMatchObject({ code: 'run-failed', where: 'cpu' })
  await session.close()
})

test("onnxruntime's telemetry stays off: nothing is written to the home folder, nothing is sent", () => {
  const home = mkdtempSync(join(folder, 'home-'))
  const { ORT_DISABLE_TELEMETRY: _, CI: __, ...environment } = process.env
  const script = join(import.meta.dirname, '..', '..', 'src', 'session', 'probe-device.ts')
  const { status } = spawnSync(process.execPath, [script, 'cpu'], { env: { ...environment, HOME: home } })
  expect(status).toBe(0)
  expect(readdirSync(home, { recursive: true })).toEqual([])
})

/** y = √x. */
function rootOf(type: 'float32' | 'int32'): GraphModel {
  const graph = new GraphBuilder('waits')
  graph.output(graph.node('Sqrt', [graph.input('x', type, [1])]), 'y', type, [1])
  return graph.build()
}
