import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { openLatentProcess } from '../../src/open/latent-process.ts'
import type { LatentModel } from '../../src/roles/latent-model.ts'
import type { CallSource } from '../../src/session/call-messages.ts'
import { startCallProcess } from '../../src/session/call-process.ts'
import type { HostTensor } from '../../src/session/session.ts'

const module = new URL('./tiny-latent.ts', import.meta.url).href
const source = (digest = 'd'): CallSource => ({ module, open: 'openTinyLatent', args: [digest] })

const models: LatentModel[] = []
afterEach(async () => {
  for (const model of models.splice(0)) await model.close()
})

async function opened(options?: Parameters<typeof openLatentProcess>[1]): Promise<LatentModel> {
  const model = await openLatentProcess(source(), options)
  models.push(model)
  return model
}

const floats = (...values: number[]): HostTensor => ({
  type: 'float32',
  data: Float32Array.from(values),
  shape: [values.length],
})
const scalar = (value: number): HostTensor => ({ type: 'float32', data: Float32Array.of(value), shape: [] })
const bytes = (length: number, first: number): HostTensor => {
  const data = new Uint8Array(length)
  data[0] = first
  return { type: 'uint8', data, shape: [length] }
}
const pidOf = async (model: LatentModel) => Number((await model.decode(floats(0))).data[0])

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function untilGone(pid: number): Promise<void> {
  for (let tries = 0; isRunning(pid) && tries < 200; tries++) await new Promise((resolve) => setTimeout(resolve, 50))
}

test('a graph runs in another process, with the same numbers', async () => {
  const model = await opened()
  expect(model).toMatchObject({ network: 'tiny', digest: 'd', scalingFactor: 0.5, sizeMultiple: 8 })
  expect(await pidOf(model)).not.toBe(process.pid)
  const feeds = { latents: floats(1, -2.5), control: bytes(1, 0), sigma: scalar(0.5) }
  expect(await model.step(feeds)).toEqual(floats(1.5, -2))
})

test('a large tensor that was changed in place, or grew, is sent again', async () => {
  const model = await opened()
  const step = async (control: HostTensor) =>
    (await model.step({ latents: floats(0), control, sigma: scalar(0) })).data[0]
  const control = bytes(100_000, 3)
  expect(await step(control)).toBe(3)
  expect(await step(control)).toBe(3)
  control.data[99_999] = 4
  expect(await step(control)).toBe(7)
  expect(await step(bytes(100_001, 9))).toBe(9)
  expect(await step(bytes(100_001, 9))).toBe(9)
})

test('latents stay in the process from step to step, and are read where they are wanted', async () => {
  const model = await opened()
  const given = { control: bytes(1, 0), sigma: scalar(1) }
  const first = await model.stepHeld({ ...given, latents: floats(1, -2.5) })
  expect(first).toMatchObject({ shape: [2], finite: true })
  const second = await model.stepHeld({ ...given, latents: first })
  expect(await model.readHeld(second)).toEqual(floats(3, -0.5))
  expect(await model.stepHeld({ ...given, latents: floats(Infinity) })).toMatchObject({ finite: false })
  const gone = { code: 'not-held', kind: 'unfit', found: 'those of another step' }
  await expect(model.stepHeld({ ...given, latents: second })).rejects.toMatchObject(gone)
  // Nor are they there after the process ended between two calls, and another one has taken its place.
  const third = await model.stepHeld({ ...given, latents: floats(1) })
  const pid = await pidOf(model)
  process.kill(pid, 'SIGKILL')
  await untilGone(pid)
  await new Promise((resolve) => setTimeout(resolve, 100))
  await expect(model.readHeld(third)).rejects.toMatchObject({
    code: 'not-held',
    found: expect.stringMatching(/opened anew/),
  })
})

test('an error of ours crosses with its fields', async () => {
  const model = await opened()
  await expect(model.encode(floats(-1))).rejects.toMatchObject({
    name: 'KinemetricError',
    kind: 'unfit',
    code: 'shape-mismatch',
    where: 'tiny',
    expected: 'one',
    found: 'two',
    sentence: 'expected one, found two; count again',
  })
  await expect(openLatentProcess(source('refused'))).rejects.toMatchObject({
    code: 'wrong-tensors',
    sentence: 'none of its tensors',
    details: { missing: ['a'] },
  })
})

test('a crash, a kill and an end of memory cost the call that waits; the next one is answered', async () => {
  const model = await opened()
  const first = await pidOf(model)
  await expect(model.encode(floats(-2))).rejects.toMatchObject({ code: 'process-died', details: { signal: 'SIGABRT' } })
  const second = await pidOf(model)
  expect(second).not.toBe(first)

  const waiting = model.encode(floats(-4))
  setTimeout(() => process.kill(second, 'SIGKILL'), 100)
  await expect(waiting).rejects.toMatchObject({ code: 'process-died', details: { signal: 'SIGKILL' } })
  await expect(waiting).rejects.toThrow('--low-memory')

  const third = await pidOf(model)
  await expect(model.encode(floats(-3))).rejects.toMatchObject({ code: 'out-of-memory' })
  expect(isRunning(third)).toBe(false)
  expect(await model.step({ latents: floats(1), control: bytes(1, 1), sigma: scalar(1) })).toEqual(floats(3))
})

test('a crash while it opens is an error, and nothing is left', async () => {
  await expect(openLatentProcess(source('crash'))).rejects.toMatchObject({ code: 'process-died' })
})

test('an abort ends the process, whatever it does, with the reason given', async () => {
  const controller = new AbortController()
  const model = await opened({ signal: controller.signal })
  const pid = await pidOf(model)
  const waiting = model.encode(floats(-4))
  const reason = new Error('enough')
  setTimeout(() => controller.abort(reason), 50)
  await expect(waiting).rejects.toBe(reason)
  await untilGone(pid)
  expect(isRunning(pid)).toBe(false)
  await expect(model.encode(floats(1))).rejects.toBe(reason)
})

test('close leaves no process, and refuses further calls', async () => {
  const model = await openLatentProcess(source())
  const pid = await pidOf(model)
  await model.close()
  expect(isRunning(pid)).toBe(false)
  await expect(model.encode(floats(1))).rejects.toMatchObject({ code: 'closed' })
  await model.close()
})

test.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
  'a parent that dies of %s leaves no busy process',
  async (signal) => {
    const script = `
    const { startCallProcess } = await import(${JSON.stringify(new URL('../../src/session/call-process.ts', import.meta.url).href)})
    const model = await startCallProcess(${JSON.stringify(source())}, { name: 'tiny' })
    model.call('encode', [{ type: 'float32', data: Float32Array.of(-4), shape: [1] }])
    setTimeout(() => console.log(model.pid), 200)
  `
    const parent: ChildProcess = spawn(process.execPath, ['--input-type=module', '-e', script], {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [said] = await once(parent.stdout!, 'data')
    const pid = Number(String(said))
    expect(isRunning(pid)).toBe(true)
    parent.kill(signal)
    await once(parent, 'exit')
    await untilGone(pid)
    expect(isRunning(pid)).toBe(false)
  },
)

test('what an object says of itself crosses: texts, numbers and truth values', async () => {
  const echo = await startCallProcess({ module, open: 'openEcho', args: [] }, { name: 'echo', env: { ECHO: '1' } })
  expect(echo.facts).toEqual({ name: 'echo', size: 3 })
  const sent = [bytes(70_000, 1), { a: bytes(70_000, 2), b: [1, 2] }, new Map([[1, 2]]), undefined, 5n]
  expect(await echo.call('echo', sent)).toEqual(sent)
  expect(await echo.call('echo', sent)).toEqual(sent)
  await expect(echo.call('nothing', [])).rejects.toThrow('no method nothing')
  await echo.close()
})
