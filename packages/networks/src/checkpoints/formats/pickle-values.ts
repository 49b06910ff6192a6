/**
 * What a pickle says, as data. Nothing is imported, called or constructed: a call is kept as a `PickleCall` that names
 * its callable, and whoever reads the result decides what it means.
 */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | PickleTuple
  | PickleDict
  | PickleSet
  | PickleGlobal
  | PickleCall
  | PicklePersistent

export type PickleDict = Map<PickleValue, PickleValue>

export class PickleTuple {
  readonly items: readonly PickleValue[]
  constructor(items: readonly PickleValue[]) {
    this.items = items
  }
}

export class PickleSet {
  readonly items: PickleValue[] = []
}

/** A name that Python would import. */
export class PickleGlobal {
  readonly module: string
  readonly name: string
  constructor(module: string, name: string) {
    this.module = module
    this.name = name
  }

  get path(): string {
    return `${this.module}.${this.name}`
  }
}

/** `callable(*args)` with what was stored into the result afterwards. Never called. */
export class PickleCall {
  readonly callable: PickleGlobal
  readonly args: readonly PickleValue[]
  /** From BUILD: what `__setstate__` or `__dict__.update` would get. */
  state: PickleValue = null
  /** From SETITEM(S): what `result[key] = value` would get. */
  entries: PickleDict | undefined
  /** From APPEND(S) and ADDITEMS. */
  items: PickleValue[] | undefined

  constructor(callable: PickleGlobal, args: readonly PickleValue[]) {
    this.callable = callable
    this.args = args
  }
}

/** An object kept outside the pickle; torch stores its storages so. */
export class PicklePersistent {
  readonly id: PickleValue
  constructor(id: PickleValue) {
    this.id = id
  }
}
