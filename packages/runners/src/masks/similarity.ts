/**
 * Where a turn, a scaling and a shift take the points of frame 0: (x, y) comes to (toX, toY) + [a −b; b a] (x − fromX, y − fromY). Pixels have their centres at
 * whole numbers. a = s cos φ and b = s sin φ of a scaling by s and a turn by φ.
 */
export interface Similarity {
  readonly fromX: number
  readonly fromY: number
  readonly toX: number
  readonly toY: number
  readonly a: number
  readonly b: number
}

/** Nothing moves; turns and scalings that are made of it are about that point. */
export function standstill(x: number, y: number): Similarity {
  return { fromX: x, fromY: y, toX: x, toY: y, a: 1, b: 0 }
}

/** The other way: where the points that came somewhere have been. @throws nothing; a² + b² must be above 0 */
export function inverse({ fromX, fromY, toX, toY, a, b }: Similarity): Similarity {
  const square = a * a + b * b
  return { fromX: toX, fromY: toY, toX: fromX, toY: fromY, a: a / square, b: -b / square }
}

export function mapX({ fromX, fromY, toX, a, b }: Similarity, x: number, y: number): number {
  return toX + a * (x - fromX) - b * (y - fromY)
}

export function mapY({ fromX, fromY, toY, a, b }: Similarity, x: number, y: number): number {
  return toY + b * (x - fromX) + a * (y - fromY)
}
