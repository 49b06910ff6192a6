import { describe, expect, test } from 'vitest'
import type { Shown } from '../../../site/src/client/clip/frame-source.ts'
import { Lockstep, type LockstepState } from '../../../site/src/client/clip/lockstep.ts'

/** A video that shows what it is asked for when it is let. */
class HeldSource {
  readonly asked: number[] = []
  #answers: ((frame: number | null) => void)[] = []

  readonly source = {
    show: (frame: number): Promise<Shown> => {
      this.asked.push(frame)
      return new Promise((resolve) => this.#answers.push((shown) => resolve({ frame: shown, told: true })))
    },
  }

  async answer(frame: number | null): Promise<void> {
    this.#answers.shift()!(frame)
    for (let turn = 0; turn < 8; turn++) await Promise.resolve()
  }
}

function lockstepOf(...held: HeldSource[]) {
  const states: LockstepState[] = []
  const answers: [number, number | null][] = []
  const lockstep = new Lockstep(
    14,
    (state) => states.push(state),
    (_, asked, { frame }) => answers.push([asked, frame]),
  )
  for (const { source } of held) void lockstep.add(source)
  return { lockstep, states, answers }
}

describe('lockstep', () => {
  test('names a frame only when every video has answered', async () => {
    const [a, b] = [new HeldSource(), new HeldSource()]
    const { lockstep, states } = lockstepOf(a, b)
    // The first joined alone, then both are asked.
    await a.answer(0)
    await a.answer(0)
    await b.answer(0)
    expect(lockstep.shown).toBe(0)
    void lockstep.show(5)
    expect(lockstep.shown).toBeNull()
    expect(states.at(-1)).toEqual({ phase: 'asked', frame: 5 })
    await a.answer(5)
    expect(lockstep.shown).toBeNull()
    await b.answer(5)
    expect(states.at(-1)).toEqual({ phase: 'shown', frame: 5, pictures: 2, told: true })
  })

  test('the latest request wins: those between are never asked for', async () => {
    const a = new HeldSource()
    const { lockstep } = lockstepOf(a)
    await a.answer(0)
    void lockstep.show(1)
    void lockstep.show(2)
    void lockstep.show(9)
    await a.answer(1)
    await a.answer(9)
    expect(a.asked).toEqual([0, 1, 9])
    expect(lockstep.shown).toBe(9)
  })

  test('counts only the videos that show the frame, and says what each showed', async () => {
    const [a, b] = [new HeldSource(), new HeldSource()]
    const { lockstep, states, answers } = lockstepOf(a, b)
    await a.answer(0)
    await a.answer(0)
    await b.answer(0)
    void lockstep.show(13)
    await a.answer(13)
    await b.answer(8)
    expect(states.at(-1)).toMatchObject({ frame: 13, pictures: 1 })
    expect(answers.slice(-2)).toEqual([
      [13, 13],
      [13, 8],
    ])
  })

  test('without a video a frame is shown without a picture, and a video that joins while others move is asked too', async () => {
    const { lockstep, states } = lockstepOf()
    await lockstep.show(3)
    expect(states.at(-1)).toMatchObject({ phase: 'shown', frame: 3, pictures: 0 })
    const [a, b] = [new HeldSource(), new HeldSource()]
    void lockstep.add(a.source)
    void lockstep.show(4)
    void lockstep.add(b.source)
    await a.answer(3)
    await a.answer(4)
    await b.answer(4)
    expect(states.at(-1)).toMatchObject({ frame: 4, pictures: 2 })
  })

  test('keeps to the clip’s frames', async () => {
    const { lockstep } = lockstepOf()
    await lockstep.show(99)
    expect(lockstep.shown).toBe(13)
    await lockstep.show(-4)
    expect(lockstep.shown).toBe(0)
  })
})
