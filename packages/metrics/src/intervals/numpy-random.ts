/**
 * numpy's legacy generator, `np.random.RandomState(seed)`, as far as torch-fidelity uses it: Mersenne Twister MT19937 seeded
 * by init_genrand, and `choice(n, size, replace=False)`, which is the start of a Fisher-Yates permutation whose indices are
 * drawn by masked rejection. The stream is the same as numpy's, draw for draw, in every version of numpy: the legacy
 * generator is frozen.
 *
 * Sources: Matsumoto & Nishimura, Mersenne Twister, 1998; numpy's documentation of RandomState (NEP 19).
 */
export class NumpyRandomState {
  readonly #state = new Uint32Array(SIZE)
  #index = SIZE

  /** @param seed a whole number of [0, 2³²) */
  constructor(seed: number) {
    if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
      throw new RangeError(`NumpyRandomState: expected a seed of [0, 2^32); found ${seed}`)
    }
    this.#state[0] = seed
    for (let i = 1; i < SIZE; i++) {
      const previous = this.#state[i - 1] ^ (this.#state[i - 1] >>> 30)
      this.#state[i] = Math.imul(1812433253, previous) + i
    }
  }

  /** The next 32 random bits. */
  bits(): number {
    if (this.#index === SIZE) this.#twist()
    let y = this.#state[this.#index++]
    y ^= y >>> 11
    y ^= (y << 7) & 0x9d2c5680
    y ^= (y << 15) & 0xefc60000
    y ^= y >>> 18
    return y >>> 0
  }

  /** A permutation of 0..n-1, as `permutation(n)`. */
  permutation(n: number): Int32Array {
    const order = Int32Array.from({ length: n }, (_, i) => i)
    for (let i = n - 1; i > 0; i--) {
      const j = this.#upTo(i)
      const kept = order[i]
      order[i] = order[j]
      order[j] = kept
    }
    return order
  }

  /** `size` different numbers of 0..n-1, as `choice(n, size, replace=False)`. */
  choice(n: number, size: number): Int32Array {
    if (size > n) throw new RangeError(`NumpyRandomState: expected a sample of at most ${n}; found ${size}`)
    return this.permutation(n).slice(0, size)
  }

  /** Uniform in [0, limit], limit < 2³²: bits under the smallest mask that covers the limit, drawn again while too large. */
  #upTo(limit: number): number {
    const mask = 2 ** (32 - Math.clz32(limit)) - 1
    for (;;) {
      const value = (this.bits() & mask) >>> 0
      if (value <= limit) return value
    }
  }

  #twist(): void {
    const state = this.#state
    for (let k = 0; k < SIZE; k++) {
      const y = (state[k] & 0x80000000) | (state[(k + 1) % SIZE] & 0x7fffffff)
      state[k] = state[(k + 397) % SIZE] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0)
    }
    this.#index = 0
  }
}

const SIZE = 624
