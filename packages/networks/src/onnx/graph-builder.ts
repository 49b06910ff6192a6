import { isAbsolute, parse, relative, sep } from 'node:path'

import { elementCount, type TensorReference } from '../checkpoints/tensors/tensor-reference.ts'
import { writeAttribute, writeTensor, type AttributeValue } from './attribute.ts'
import { elementTypeNumbers, elementTypeOf, isElementType, type ElementType, type TensorData } from './element-type.ts'
import { ProtobufWriter } from './protobuf-writer.ts'
import { networkError } from '../tracklets/network-error.ts'

declare const valueBrand: unique symbol

/** The name of a tensor in the graph under construction. */
export type Value = string & { readonly [valueBrand]: true }

/** An axis: its size, or the name of a size that is known only when the graph runs. */
export type Dimension = number | string

/** A range of a weight file that the graph refers to. */
export interface ExternalRange {
  readonly file: string
  readonly offset: number
  readonly byteLength: number
}

/** A finished graph. `bytes` is an ONNX ModelProto that holds no weights, only where they lie. */
export interface GraphModel {
  readonly name: string
  readonly bytes: Uint8Array
  /** Real paths of the files that the weights lie in, each once. */
  readonly externalFiles: readonly string[]
  /** The ranges of those files that the graph refers to. */
  readonly externalRanges: readonly ExternalRange[]
  /** Folder that the locations inside `bytes` are relative to: the root of the file system. Undefined without weights. */
  readonly externalRoot: string | undefined
}

/** What `node` takes besides inputs and attributes. */
export interface NodeOptions {
  /** Operator set; '' (the default) is ONNX's own. */
  domain?: 'com.microsoft' | '' | undefined
  /** Name of the node, for profiles and error messages. */
  name?: string | undefined
}

/**
 * Builds an ONNX graph (IR 10, opset 21) whose weights stay in the user's checkpoint: an initialiser is a file, an offset
 * and a length. Values are made in the order the network reads, so the graph is sorted by construction.
 * @throws KinemetricError `bad-graph` for unknown values, wrong shapes and tensors that cannot be referred to in place.
 */
export class GraphBuilder {
  readonly name: string
  readonly #initializers: ((writer: ProtobufWriter) => void)[] = []
  readonly #nodes: ((writer: ProtobufWriter) => void)[] = []
  readonly #inputs: ((writer: ProtobufWriter) => void)[] = []
  readonly #outputs: ((writer: ProtobufWriter) => void)[] = []
  readonly #names = new Set<string>()
  readonly #uses = new Map<string, number>()
  readonly #weights = new Map<string, Value>()
  readonly #ranges: ExternalRange[] = []

  constructor(name: string) {
    this.name = name
  }

  /** Declares an input of the graph; axes may be named (`'frames'`), in which case every call may bring another size. */
  input(name: string, elementType: ElementType, shape: readonly Dimension[]): Value {
    const value = this.#declare(name)
    this.#inputs.push((writer) => writeValueInfo(writer, name, elementType, shape))
    return value
  }

  /**
   * A tensor of a checkpoint, in place. 16- and 64-bit floats are cast to float32 (onnxruntime folds the cast into the
   * weight when the session is made); the same bytes asked for twice are referred to once.
   * `shape` re-declares the axes of the same bytes; `keepType` leaves the element type as it is in the file.
   */
  weight(
    reference: TensorReference,
    as: { shape?: readonly number[] | undefined; name?: string | undefined; keepType?: boolean | undefined } = {},
  ): Value {
    // Before the look-up: a transposed view may begin where a tensor does that is in the graph already.
    if (!reference.contiguous) {
      throw networkError('bad-graph', reference.name, {
        expected: 'a contiguous tensor',
        found: `strides [${reference.strides?.join(', ') ?? '?'}] for shape [${reference.shape.join(', ')}] in ${reference.file}`,
      })
    }
    const shape = as.shape ?? reference.shape
    const negated = reference.negated === true
    const key = JSON.stringify([
      reference.file,
      reference.offset,
      reference.dtype,
      shape,
      as.keepType === true,
      negated,
    ])
    const known = this.#weights.get(key)
    if (known !== undefined) return known
    if (!isElementType(reference.dtype)) {
      throw networkError(
        'bad-graph',
        reference.name,
        `elements of type ${reference.dtype} cannot be used in a graph (${reference.file})`,
      )
    }
    if (elementCount(shape) !== elementCount(reference.shape)) {
      throw networkError(
        'bad-graph',
        reference.name,
        `shape [${reference.shape.join(', ')}] cannot be read as [${shape.join(', ')}] (${reference.file})`,
      )
    }
    const elementType: ElementType = reference.dtype
    const raw = this.#declare(this.#fresh(as.name ?? reference.name))
    this.#ranges.push({ file: reference.file, offset: reference.offset, byteLength: reference.byteLength })
    this.#initializers.push((writer) => writeExternalTensor(writer, raw, elementType, shape, reference))
    const isOtherFloat = elementType === 'float16' || elementType === 'bfloat16' || elementType === 'float64'
    const cast =
      isOtherFloat && as.keepType !== true ? this.node('Cast', [raw], { to: elementTypeNumbers.float32 }) : raw
    const value = negated ? this.node('Neg', [cast]) : cast
    this.#weights.set(key, value)
    return value
  }

  /** A constant kept in the graph itself. `elementType` is needed for bool only. @throws KinemetricError when data and shape disagree. */
  constant(
    data: TensorData,
    shape: readonly number[],
    name = 'constant',
    elementType: ElementType = elementTypeOf(data),
  ): Value {
    if (data.length !== elementCount(shape)) {
      throw networkError('bad-graph', name, {
        expected: `${elementCount(shape)} elements for shape [${shape.join(', ')}]`,
        found: String(data.length),
      })
    }
    const value = this.#declare(this.#fresh(name))
    this.#initializers.push((writer) => writeTensor(writer, value, data, shape, elementType))
    return value
  }

  /** A float32 constant without axes. */
  scalar(value: number): Value {
    return this.constant(Float32Array.of(value), [], `scalar_${value}`)
  }

  /** A list of int64, as shapes, axes and pads are given. */
  ints(values: readonly number[]): Value {
    return this.constant(BigInt64Array.from(values, BigInt), [values.length], 'ints')
  }

  /** Adds a node with one output. An input of `undefined` is an optional input left out. */
  node(
    operator: string,
    inputs: readonly (Value | undefined)[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
    options: NodeOptions = {},
  ): Value {
    return this.nodes(operator, inputs, 1, attributes, options)[0]
  }

  /** Adds a node with `count` outputs (Split, TopK …). */
  nodes(
    operator: string,
    inputs: readonly (Value | undefined)[],
    count: number,
    attributes: Readonly<Record<string, AttributeValue>> = {},
    options: NodeOptions = {},
  ): Value[] {
    for (const input of inputs) {
      if (input !== undefined && !this.#names.has(input)) {
        throw networkError('bad-graph', this.name, `${operator} reads ${input}, which is not a value of this graph`)
      }
    }
    const base = options.name ?? operator
    const outputs = Array.from({ length: count }, () => this.#declare(this.#fresh(base)))
    this.#nodes.push((writer) => {
      for (const input of inputs) writer.bytes(1, input ?? '')
      for (const output of outputs) writer.bytes(2, output)
      writer.bytes(3, outputs[0]).bytes(4, operator)
      for (const [name, value] of Object.entries(attributes)) {
        writer.message(5, (attribute) => writeAttribute(attribute, name, value))
      }
      if (options.domain) writer.bytes(7, options.domain)
    })
    return outputs
  }

  /** Declares a value as an output of the graph, under `name`. */
  output(value: Value, name: string, elementType: ElementType, shape: readonly Dimension[]): void {
    if (!this.#names.has(value))
      throw networkError('bad-graph', this.name, `output ${name} is ${value}, which is not a value of this graph`)
    const renamed = this.#declare(name)
    this.#nodes.push((writer) => writer.bytes(1, value).bytes(2, renamed).bytes(3, name).bytes(4, 'Identity'))
    this.#outputs.push((writer) => writeValueInfo(writer, name, elementType, shape))
  }

  /** The finished graph. @throws KinemetricError without an output, or when weights lie on more than one drive (Windows). */
  build(): GraphModel {
    if (this.#outputs.length === 0) throw networkError('bad-graph', this.name, 'a graph needs an output')
    const files = [...new Set(this.#ranges.map((range) => range.file))]
    const roots = [...new Set(files.map((file) => parse(file).root))]
    if (roots.length > 1)
      throw networkError('bad-graph', this.name, {
        expected: 'weights of one graph on one drive',
        found: roots.join(' and '),
      })
    const model = new ProtobufWriter()
      .integer(1, 10)
      .bytes(2, 'kinemetric')
      .message(7, (graph) => {
        for (const write of this.#nodes) graph.message(1, write)
        graph.bytes(2, this.name)
        for (const write of this.#initializers) graph.message(5, write)
        for (const write of this.#inputs) graph.message(11, write)
        for (const write of this.#outputs) graph.message(12, write)
      })
      .message(8, (opset) => opset.bytes(1, '').integer(2, 21))
      .message(8, (opset) => opset.bytes(1, 'com.microsoft').integer(2, 1))
    return {
      name: this.name,
      bytes: model.finish(),
      externalFiles: files,
      externalRanges: this.#ranges,
      externalRoot: roots[0],
    }
  }

  #declare(name: string): Value {
    if (name === '' || this.#names.has(name))
      throw networkError('bad-graph', this.name, `the name '${name}' is empty or already taken`)
    this.#names.add(name)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- here alone a name becomes a value
    return name as Value
  }

  #fresh(base: string): string {
    let name = base
    for (let number = (this.#uses.get(base) ?? 0) + 1; this.#names.has(name); number++) {
      name = `${base}_${number}`
      this.#uses.set(base, number)
    }
    return name
  }
}

function writeValueInfo(
  writer: ProtobufWriter,
  name: string,
  elementType: ElementType,
  shape: readonly Dimension[],
): void {
  writer.bytes(1, name).message(2, (type) =>
    type.message(1, (tensor) => {
      tensor.integer(1, elementTypeNumbers[elementType])
      tensor.message(2, (shapeWriter) => {
        for (const size of shape) {
          shapeWriter.message(1, (axis) => (typeof size === 'number' ? axis.integer(1, size) : axis.bytes(2, size)))
        }
      })
    }),
  )
}

function writeExternalTensor(
  writer: ProtobufWriter,
  name: string,
  elementType: ElementType,
  shape: readonly number[],
  reference: TensorReference,
): void {
  for (const size of shape) writer.integer(1, size)
  writer.integer(2, elementTypeNumbers[elementType]).bytes(8, name)
  const entries = {
    location: location(reference),
    offset: String(reference.offset),
    length: String(reference.byteLength),
  }
  for (const [key, value] of Object.entries(entries)) {
    writer.message(13, (entry) => entry.bytes(1, key).bytes(2, value))
  }
  writer.integer(14, 1)
}

/** Where the file lies, from the root of its file system, with forward slashes. */
function location(reference: TensorReference): string {
  if (!isAbsolute(reference.file))
    throw networkError('bad-graph', reference.name, { expected: 'an absolute path', found: reference.file })
  return relative(parse(reference.file).root, reference.file).split(sep).join('/')
}
