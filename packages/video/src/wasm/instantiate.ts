/** The memory and the function of a module made by `assembleModule`. */
export interface Kernel {
  memory: Memory
  run: (...parameters: number[]) => number
}

interface Memory {
  readonly buffer: ArrayBuffer
  /** By pages of 64 KiB; detaches the earlier `buffer`. */
  grow(pages: number): number
}

/** What is used here of the global WebAssembly: Node has it, but neither TypeScript's ES library nor Node's types do. */
interface Engine {
  Memory: new (descriptor: { initial: number }) => Memory
  Module: new (bytes: Uint8Array<ArrayBuffer>) => object
  Instance: new (
    module: object,
    imports: { env: { memory: Memory } },
  ) => { exports: { run: (...parameters: number[]) => number } }
  validate(bytes: Uint8Array<ArrayBuffer>): boolean
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the global has no type of its own here (see Engine)
const { WebAssembly: engine } = globalThis as typeof globalThis & { WebAssembly: Engine }

/**
 * Compiles a module and gives it a memory of one page, which the caller grows.
 * @param memory another kernel's, where several work on the same
 */
export function instantiate(
  bytes: Uint8Array<ArrayBuffer>,
  memory: Memory = new engine.Memory({ initial: 1 }),
): Kernel {
  const { exports } = new engine.Instance(new engine.Module(bytes), { env: { memory } })
  return { memory, run: exports.run }
}

const pageBytes = 65536

/** The bytes of a kernel's memory, at least so many: a view that holds until the memory grows again. */
export function memoryOf({ memory }: Kernel, bytes: number): Uint8Array {
  const lacking = Math.ceil(bytes / pageBytes) - memory.buffer.byteLength / pageBytes
  if (lacking > 0) memory.grow(lacking)
  return new Uint8Array(memory.buffer)
}

/** Whether this machine can run a module's instructions. */
export function isRunnable(bytes: Uint8Array<ArrayBuffer>): boolean {
  return engine.validate(bytes)
}
