/** What is wrong with a JSON text, and where: the line and the byte of the file, both counted from 1. */
export interface JsonFault {
  line: number
  byte: number
  expected: string
  found: string
}

/** Thrown by `JsonMembers` for a text that is not JSON, or no object. */
export class JsonFaultError extends Error {
  override readonly name = 'JsonFaultError'
  readonly fault: JsonFault

  constructor(fault: JsonFault) {
    super(`line ${fault.line}, byte ${fault.byte}: expected ${fault.expected}, found ${fault.found}`)
    this.fault = fault
  }
}

// What the next byte may be. Numbers and words have states of their own.
const VALUE = 0
const VALUE_OR_END = 1
const KEY_OR_END = 2
const KEY = 3
const COLON = 4
const COMMA_OR_END = 5
const STRING = 6
const ESCAPE = 7
const HEX = 8
const WORD = 9
const MINUS = 10
const ZERO = 11
const DIGITS = 12
const POINT = 13
const FRACTION = 14
const EXPONENT = 15
const SIGN = 16
const POWER = 17
const END = 18
/** Inside a letter of several bytes. */
const LETTER = 19

const expectations: readonly string[] = [
  'a value',
  'a value or "]"',
  'a key or "}"',
  'a key',
  '":"',
  'a comma or the end of what is open',
  'the end of the text in quotes',
  'an escape',
  'four hexadecimal digits',
  'true, false or null',
  'a digit',
  'the end of the number',
  'the end of the number',
  'a digit',
  'the end of the number',
  'a digit or a sign',
  'a digit',
  'the end of the number',
  'nothing more',
  'the next byte of a letter in UTF-8',
]

/** Deeper than any file of boxes, and no deeper than parsing what was found can go. */
const DEEPEST = 256

/** The longest value that is kept: a string cannot hold much more. */
const LONGEST = 2 ** 28

/**
 * The members of a JSON object that is too large to be parsed whole: every byte is checked against JSON's grammar (RFC 8259), and only the values of keys
 * that are wanted are kept and parsed, one after the other. Memory does not grow with the text.
 */
export class JsonMembers {
  /** Bytes before the piece at hand, and lines before the byte at hand. */
  #before = 0
  #line = 1
  #state = VALUE
  /** One entry for each list (0) or object (1) that is open. */
  readonly #open = new Uint8Array(DEEPEST)
  #depth = 0
  /** Whether the string at hand is a key. */
  #isKey = false
  /** The word at hand and how much of it was there; digits of an escape that are still to come. */
  #word = ''
  #seen = 0
  /** Bytes of a letter that are still to come, and from what to what the next of them may be. */
  #more = 0
  #least = 0x80
  #most = 0xbf
  /** Kept bytes of earlier pieces, while a key of the outermost object or a wanted value is at hand. */
  #kept: Buffer[] | undefined
  #keptBytes = 0
  #key = ''
  #wanted = false
  readonly #wants: (key: string) => boolean
  readonly #give: (key: string, value: unknown) => void

  /**
   * @param wants asked of each key of the outermost object, in the order of the text
   * @param give is given the value of each that is wanted
   */
  constructor(wants: (key: string) => boolean, give: (key: string, value: unknown) => void) {
    this.#wants = wants
    this.#give = give
  }

  /** Where the next byte lies. */
  get place(): { line: number; byte: number } {
    return { line: this.#line, byte: this.#before + 1 }
  }

  /** Takes the next piece of the text. @throws JsonFaultError */
  push(bytes: Buffer): void {
    const { length } = bytes
    let state = this.#state
    // Where the kept bytes of this piece begin, −1 where none are kept.
    let from = this.#kept === undefined ? -1 : 0
    let at = this.#before === 0 && bytes.length >= 3 && bytes.readUIntBE(0, 3) === 0xefbbbf ? 3 : 0
    while (at < length) {
      const byte = bytes[at]
      if (state === STRING) {
        // Most bytes are of keys and names.
        let end = at
        while (end < length && bytes[end] !== 0x22 && bytes[end] !== 0x5c && bytes[end] >= 0x20 && bytes[end] < 0x80)
          end++
        at = end
        if (at === length) break
        if (bytes[at] >= 0x80) {
          this.#beginLetter(bytes, at)
          state = LETTER
        } else if (bytes[at] === 0x5c) state = ESCAPE
        else if (bytes[at] !== 0x22) this.#fail(bytes, at, STRING)
        else if (this.#isKey) {
          state = COLON
          if (this.#depth === 1) {
            this.#key = String(this.#cut(bytes, from, at + 1))
            from = -1
            this.#wanted = this.#wants(this.#key)
          }
        } else {
          state = this.#ended(bytes, from, at + 1)
          if (state === END || this.#depth === 1) from = -1
        }
        at++
        continue
      }
      if (state === LETTER) {
        if (byte < this.#least || byte > this.#most) this.#fail(bytes, at, LETTER)
        this.#least = 0x80
        this.#most = 0xbf
        if (--this.#more === 0) state = STRING
        at++
        continue
      }
      if (state >= WORD && state < END) {
        if (state === FRACTION || state === DIGITS) {
          // And of the rest most are digits.
          while (at < length && bytes[at] >= 0x30 && bytes[at] <= 0x39) at++
          if (at === length) break
        }
        const next = state === WORD ? this.#wordAfter(bytes, at) : numberAfter(state, bytes[at])
        if (next === undefined) {
          if (!endsNumber(state)) this.#fail(bytes, at, state)
          // The number ended before this byte, which is looked at anew.
          state = this.#ended(bytes, from, at)
          if (state === END || this.#depth === 1) from = -1
          continue
        }
        state = next
        at++
        if (state === COMMA_OR_END) {
          state = this.#ended(bytes, from, at)
          if (state === END || this.#depth === 1) from = -1
        }
        continue
      }
      if (state === ESCAPE) {
        if (byte === 0x75) {
          state = HEX
          this.#seen = 0
        } else if (isEscape(byte)) state = STRING
        else this.#fail(bytes, at, state)
        at++
        continue
      }
      if (state === HEX) {
        if (!isHex(byte)) this.#fail(bytes, at, state)
        if (++this.#seen === 4) state = STRING
        at++
        continue
      }
      if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) {
        if (byte === 0x0a) this.#line++
        at++
        continue
      }
      if (state === COLON) {
        if (byte !== 0x3a) this.#fail(bytes, at, state)
        state = VALUE
      } else if (state === COMMA_OR_END && byte === 0x2c) {
        state = this.#open[this.#depth - 1] === 1 ? KEY : VALUE
      } else if (byte === 0x7d || byte === 0x5d) {
        state = this.#close(bytes, at, state, from)
        if (state === END || this.#depth === 1) from = -1
      } else if (byte === 0x22 && (state === KEY || state === KEY_OR_END)) {
        this.#isKey = true
        state = STRING
        if (this.#depth === 1) from = this.#keep(at)
      } else if (state === VALUE || state === VALUE_OR_END) {
        if (this.#depth === 0 && byte !== 0x7b) this.#fail(bytes, at, VALUE, 'an object by video id')
        if (this.#depth === 1 && this.#wanted && from < 0) from = this.#keep(at)
        state = this.#begin(bytes, at)
      } else this.#fail(bytes, at, state)
      at++
    }
    if (from >= 0) {
      // A copy: the caller may read the next piece into the same memory.
      this.#kept?.push(Buffer.from(bytes.subarray(from)))
      this.#keptBytes += length - from
      if (this.#keptBytes > LONGEST) this.#fail(bytes, length - 1, state, `a value of at most ${LONGEST} bytes`)
    }
    this.#before += length
    this.#state = state
  }

  /** Says that there is no more. @throws JsonFaultError where the text is not at its end */
  end(): void {
    if (this.#state === END) return
    const expected = expectations[this.#state]
    const found = this.#before === 0 ? 'an empty file' : 'the end of the file'
    throw new JsonFaultError({ ...this.place, expected, found })
  }

  #keep(at: number): number {
    this.#kept = []
    this.#keptBytes = 0
    return at
  }

  /** What was kept, parsed: it has been checked against the grammar. */
  #cut(bytes: Buffer, from: number, to: number): unknown {
    const parts = [...(this.#kept ?? []), bytes.subarray(Math.max(from, 0), to)]
    this.#kept = undefined
    return JSON.parse((parts.length === 1 ? parts[0] : Buffer.concat(parts)).toString('utf8'))
  }

  #begin(bytes: Buffer, at: number): number {
    const byte = bytes[at]
    if (byte === 0x22) {
      this.#isKey = false
      return STRING
    }
    if (byte === 0x7b || byte === 0x5b) {
      if (this.#depth === DEEPEST)
        this.#fail(bytes, at, VALUE, `no more than ${DEEPEST} lists and objects in one another`)
      this.#open[this.#depth++] = byte === 0x7b ? 1 : 0
      return byte === 0x7b ? KEY_OR_END : VALUE_OR_END
    }
    if (byte === 0x2d) return MINUS
    if (byte === 0x30) return ZERO
    if (byte > 0x30 && byte <= 0x39) return DIGITS
    this.#word = byte === 0x74 ? 'true' : byte === 0x66 ? 'false' : byte === 0x6e ? 'null' : ''
    this.#seen = 1
    if (this.#word === '') this.#fail(bytes, at, VALUE)
    return WORD
  }

  #close(bytes: Buffer, at: number, state: number, from: number): number {
    const isObject = bytes[at] === 0x7d
    const may = state === COMMA_OR_END || state === (isObject ? KEY_OR_END : VALUE_OR_END)
    if (!may || this.#depth === 0 || this.#open[this.#depth - 1] !== (isObject ? 1 : 0)) this.#fail(bytes, at, state)
    this.#depth--
    return this.#ended(bytes, from, at + 1)
  }

  /** The first byte of a letter that is no ASCII (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF. */
  #beginLetter(bytes: Buffer, at: number): void {
    const byte = bytes[at]
    if (byte < 0xc2 || byte > 0xf4) this.#fail(bytes, at, STRING, 'text in UTF-8')
    this.#more = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3
    this.#least = byte === 0xe0 ? 0xa0 : byte === 0xf0 ? 0x90 : 0x80
    this.#most = byte === 0xed ? 0x9f : byte === 0xf4 ? 0x8f : 0xbf
  }

  /** A value has ended: one of the outermost object's own is given away where it is wanted. */
  #ended(bytes: Buffer, from: number, to: number): number {
    if (this.#depth === 0) return END
    if (this.#depth === 1 && this.#wanted) {
      this.#wanted = false
      this.#give(this.#key, this.#cut(bytes, from, to))
    }
    return COMMA_OR_END
  }

  #wordAfter(bytes: Buffer, at: number): number | undefined {
    if (bytes[at] !== this.#word.charCodeAt(this.#seen)) this.#fail(bytes, at, WORD)
    return ++this.#seen === this.#word.length ? COMMA_OR_END : WORD
  }

  #fail(bytes: Buffer, at: number, state: number, expected = expectations[state]): never {
    const found = foundAt(bytes, at)
    throw new JsonFaultError({ line: this.#line, byte: this.#before + at + 1, expected, found })
  }
}

function foundAt(bytes: Buffer, at: number): string {
  const byte = bytes[at]
  if (byte < 0x20 || byte > 0x7e) return `the byte 0x${byte.toString(16).padStart(2, '0')}`
  return JSON.stringify(bytes.toString('latin1', at, Math.min(at + 12, bytes.length)).replaceAll(/[^\x20-\x7e]/g, '?'))
}

/** The state after one more byte of a number; undefined where it is none of it. */
function numberAfter(state: number, byte: number): number | undefined {
  const isDigit = byte >= 0x30 && byte <= 0x39
  switch (state) {
    case MINUS:
      return isDigit ? (byte === 0x30 ? ZERO : DIGITS) : undefined
    case ZERO:
    case DIGITS:
      if (isDigit) return state === DIGITS ? DIGITS : undefined
      return byte === 0x2e ? POINT : isE(byte) ? EXPONENT : undefined
    case POINT:
    case FRACTION:
      if (isDigit) return FRACTION
      return state === FRACTION && isE(byte) ? EXPONENT : undefined
    case EXPONENT:
      return isDigit ? POWER : byte === 0x2b || byte === 0x2d ? SIGN : undefined
    default:
      return isDigit ? POWER : undefined
  }
}

function endsNumber(state: number): boolean {
  return state === ZERO || state === DIGITS || state === FRACTION || state === POWER
}

function isE(byte: number): boolean {
  return byte === 0x65 || byte === 0x45
}

function isEscape(byte: number): boolean {
  return '"\\/bfnrt'.includes(String.fromCharCode(byte))
}

function isHex(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66)
}
