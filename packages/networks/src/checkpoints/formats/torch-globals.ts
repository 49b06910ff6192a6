import { torchDataTypes, torchStorageTypes } from '../tensors/data-type.ts'

/**
 * Names that a file of tensors may contain. None is imported: the first group tells how tensors are put together
 * (torch-objects.ts), the second is only carried along.
 */
const meaningful: ReadonlySet<string> = new Set([
  'collections.OrderedDict',
  'torch._utils._rebuild_tensor',
  'torch._utils._rebuild_tensor_v2',
  'torch._utils._rebuild_tensor_v3',
  'torch._utils._rebuild_parameter',
  'torch._utils._rebuild_parameter_with_state',
  'torch._tensor._rebuild_from_type_v2',
  'torch.jit._pickle.restore_type_tag',
  'torch.jit._pickle.build_tensorlist',
  'torch.storage.UntypedStorage',
  'torch.UntypedStorage',
])

const carriedAlong: ReadonlySet<string> = new Set([
  'builtins.set',
  'builtins.frozenset',
  'builtins.dict',
  'builtins.list',
  'builtins.tuple',
  'builtins.int',
  'builtins.float',
  'builtins.bool',
  'builtins.str',
  'builtins.bytearray',
  'builtins.complex',
  'builtins.slice',
  '__builtin__.set',
  '__builtin__.frozenset',
  'collections.defaultdict',
  'collections.Counter',
  'argparse.Namespace',
  // When a checkpoint was saved, and the versions and times beside it: plain values of the standard library.
  'datetime.datetime',
  'datetime.date',
  'datetime.time',
  'datetime.timedelta',
  'datetime.timezone',
  'decimal.Decimal',
  'fractions.Fraction',
  'uuid.UUID',
  'uuid.SafeUUID',
  'collections.deque',
  'types.SimpleNamespace',
  'copyreg._reconstructor',
  'builtins.object',
  'builtins.range',
  'builtins.bytes',
  'torch.torch_version.TorchVersion',
  'pathlib.WindowsPath',
  'pathlib.PureWindowsPath',
  'pathlib._local.PosixPath',
  'pathlib._local.WindowsPath',
  'pathlib.PosixPath',
  'pathlib.PurePosixPath',
  'torch.Size',
  'torch.device',
  'torch.Tensor',
  'torch.nn.parameter.Parameter',
  'torch.nn.parameter.Buffer',
  'torch.jit._pickle.build_intlist',
  'torch.jit._pickle.build_doublelist',
  'torch.jit._pickle.build_boollist',
  'torch.serialization._get_layout',
  'numpy.dtype',
  'numpy.ndarray',
  'numpy.core.multiarray.scalar',
  'numpy.core.multiarray._reconstruct',
  'numpy._core.multiarray.scalar',
  'numpy._core.multiarray._reconstruct',
  '_codecs.encode',
])

/** Whether a checkpoint of tensors may name this. TorchScript's own classes (`__torch__.…`) only in its archives. */
export function isKnownTorchGlobal(module: string, name: string, torchscript: boolean): boolean {
  const path = `${module}.${name}`
  if (meaningful.has(path) || carriedAlong.has(path)) return true
  if (module === 'torch' && (torchStorageTypes.has(name) || torchDataTypes.has(name))) return true
  return torchscript && (module === '__torch__' || module.startsWith('__torch__.'))
}
