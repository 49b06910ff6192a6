import type { KinemetricError } from '@kinemetric/files'
import { PickleCall, PickleTuple, type PickleValue } from './pickle-values.ts'
import { maxWrappers, torchEntries, torchTensor, type TorchTensor } from './torch-objects.ts'
import { networkError } from '../../tracklets/network-error.ts'

/** Names under which training code keeps the state dict of the model. The first that holds tensors is taken. */
const stateDictKeys = ['state_dict', 'model_state_dict', 'model', 'net', 'network', 'module', 'params'] as const

/** Values visited at most: lists that contain one another can spell out exponentially many paths. */
const maxVisits = 1_000_000
const maxDepth = 200
const maxNameLength = 4096

type Child = readonly [key: string | undefined, value: PickleValue]

/**
 * Finds the tensors in an unpickled checkpoint and names them by their path: keys of dictionaries, attributes of
 * TorchScript objects and indices of lists, joined by '.'.
 *
 * @param subtree key under which to look; by default the first of `state_dict`, `model_state_dict`, `model`, `net`,
 * `network`, `module`, `params` that is a dictionary of tensors, else the whole.
 * @throws KinemetricError `no-tensors` where `subtree` is not there; `malformed` for nesting that cannot be meant.
 */
export function collectTensors(root: PickleValue, subtree?: string): Map<string, TorchTensor> {
  const found = new Map<string, TorchTensor>()
  const path = new Set<PickleValue>()
  let visits = 0

  const visit = (value: PickleValue, name: string): void => {
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
    for (const [key, child] of children) {
      const childName = key === undefined || name === '' ? (key ?? '') : `${name}.${key}`
      if (++visits > maxVisits || path.size > maxDepth || childName.length > maxNameLength) throw nested(childName)
      if (key !== undefined) visit(child, childName)
    }
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
    const keys = [...(entries?.keys() ?? [])].filter((key) => typeof key === 'string').slice(0, 20)
    throw networkError('no-tensors', '', `nothing under "${subtree}"; the keys are ${keys.join(', ') || 'none'}`)
  }
  for (const key of stateDictKeys) {
    const value = entries?.get(key)
    const inner = value === undefined ? undefined : torchEntries(value)
    if (inner !== undefined && holdsTensors(inner)) return inner
  }
  return root
}

function holdsTensors(entries: ReadonlyMap<PickleValue, PickleValue>): boolean {
  for (const value of entries.values()) if (torchTensor(value) !== undefined) return true
  return false
}

/** What a value contains; a key of undefined stands for one that makes no name. */
function childrenOf(value: PickleValue): Iterable<Child> | undefined {
  const content = untagged(value)
  const entries = torchEntries(content)
  if (entries !== undefined) return namedEntries(entries)
  if (Array.isArray(content)) return indexed(content)
  if (content instanceof PickleTuple) return indexed(content.items)
  if (!(content instanceof PickleCall)) return undefined
  const { callable, state } = content
  if (callable.path === 'collections.defaultdict' || callable.path === 'builtins.dict') {
    return content.entries === undefined ? undefined : namedEntries(content.entries)
  }
  // A TorchScript module: its state is a dictionary of attributes.
  const attributes = callable.module.startsWith('__torch__') ? torchEntries(state) : undefined
  return attributes === undefined ? undefined : namedEntries(attributes)
}

/** TorchScript wraps typed lists and dictionaries: restore_type_tag(value, 'Dict[str, Tensor]'). */
function untagged(value: PickleValue): PickleValue {
  let content = value
  for (let wrappers = 0; wrappers < maxWrappers && content instanceof PickleCall; wrappers++) {
    const { path } = content.callable
    if (path !== 'torch.jit._pickle.restore_type_tag' && path !== 'torch.jit._pickle.build_tensorlist') break
    content = content.args[0] ?? null
  }
  return content
}

function* namedEntries(entries: ReadonlyMap<PickleValue, PickleValue>): Generator<Child> {
  for (const [key, value] of entries) {
    yield [typeof key === 'string' || typeof key === 'number' ? String(key) : undefined, value]
  }
}

function* indexed(items: readonly PickleValue[]): Generator<Child> {
  for (const [index, item] of items.entries()) yield [String(index), item]
}

function nested(name: string): KinemetricError {
  return networkError(
    'malformed',
    '',
    `the pickle nests more than ${maxVisits} values, or deeper than ${maxDepth}, or with longer names than ${maxNameLength} (at "${name.slice(0, 200)}")`,
  )
}
