import { CheckpointError } from './checkpoint-error.ts'
import { PickleCall, PickleTuple, type PickleValue } from './pickle.ts'
import { torchEntries, torchTensor, type TorchTensor } from './torch-objects.ts'

/** Names under which training code keeps the state dict of the model. The first that holds tensors is taken. */
const stateDictKeys = ['state_dict', 'model_state_dict', 'model', 'net', 'network', 'module', 'params'] as const

/** Values visited at most: lists that contain one another can spell out exponentially many paths. */
const maxVisits = 1_000_000
const maxDepth = 200

/**
 * Finds the tensors in an unpickled checkpoint and names them by their path: keys of dictionaries, attributes of
 * TorchScript objects and indices of lists, joined by '.'.
 *
 * @param subtree key under which to look; by default the whole where it holds tensors itself, else the first of
 * `state_dict`, `model_state_dict`, `model`, `net`, `network`, `module`, `params` that does, else the whole.
 * @throws CheckpointError 'no-tensors' where `subtree` is not there; 'malformed' for nesting that cannot be meant.
 */
export function collectTensors(root: PickleValue, subtree?: string): Map<string, TorchTensor> {
  const found = new Map<string, TorchTensor>()
  const path = new Set<PickleValue>()
  let visits = 0

  const visit = (value: PickleValue, name: string): void => {
    if (++visits > maxVisits || path.size > maxDepth) {
      throw new CheckpointError(
        'malformed',
        '',
        `the pickle nests more than ${maxVisits} values, or deeper than ${maxDepth} (at "${name.slice(0, 200)}")`,
      )
    }
    if (typeof value !== 'object' || value === null) return
    const tensor = torchTensor(value)
    if (tensor !== undefined) {
      found.set(name === '' ? 'tensor' : name, tensor)
      return
    }
    const children = childrenOf(value)
    // A value that contains itself has no further tensors to name.
    if (children === undefined || path.has(value)) return
    path.add(value)
    for (const [key, child] of children) visit(child, name === '' ? key : `${name}.${key}`)
    path.delete(value)
  }

  visit(stateDict(root, subtree), '')
  return found
}

function stateDict(root: PickleValue, subtree: string | undefined): PickleValue {
  const entries = torchEntries(root)
  if (subtree !== undefined) {
    const value = entries?.get(subtree)
    if (value !== undefined) return value
    const keys = [...(entries?.keys() ?? [])].filter((key) => typeof key === 'string')
    throw new CheckpointError(
      'no-tensors',
      '',
      `nothing under "${subtree}"; the keys are ${keys.slice(0, 20).join(', ') || 'none'}`,
    )
  }
  if (entries === undefined || holdsTensors(entries)) return root
  for (const key of stateDictKeys) {
    const value = entries.get(key)
    const inner = value === undefined ? undefined : torchEntries(value)
    if (inner !== undefined && holdsTensors(inner)) return value!
  }
  return root
}

function holdsTensors(entries: ReadonlyMap<PickleValue, PickleValue>): boolean {
  for (const value of entries.values()) if (torchTensor(value) !== undefined) return true
  return false
}

function childrenOf(value: PickleValue): Iterable<readonly [string, PickleValue]> | undefined {
  const entries = torchEntries(value)
  if (entries !== undefined) return namedEntries(entries)
  if (Array.isArray(value)) return value.map((item, index) => [String(index), item] as const)
  if (value instanceof PickleTuple) return value.items.map((item, index) => [String(index), item] as const)
  if (!(value instanceof PickleCall)) return undefined
  switch (value.callable.path) {
    // TorchScript wraps typed lists and dictionaries: restore_type_tag(value, 'Dict[str, Tensor]').
    case 'torch.jit._pickle.restore_type_tag':
    case 'torch.jit._pickle.build_tensorlist':
      return value.args[0] === undefined ? undefined : (childrenOf(value.args[0]) ?? [])
    case 'collections.defaultdict':
    case 'builtins.dict':
      return value.entries === undefined ? undefined : namedEntries(value.entries)
  }
  // A TorchScript module: its state is a dictionary of attributes.
  const attributes = value.callable.module.startsWith('__torch__') ? torchEntries(value.state) : undefined
  return attributes === undefined ? undefined : namedEntries(attributes)
}

function* namedEntries(entries: ReadonlyMap<PickleValue, PickleValue>): Iterable<readonly [string, PickleValue]> {
  for (const [key, value] of entries) {
    if (typeof key === 'string' || typeof key === 'number') yield [String(key), value]
  }
}
