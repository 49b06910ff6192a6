/** How strongly each frame follows its condition: evenly from the first frame's to the last one's, [frames]. A single frame has the first. */
export function frameGuidance(first: number, last: number, frames: number): Float32Array {
  return Float32Array.from({ length: frames }, (_, f) => first + (last - first) * (frames === 1 ? 0 : f / (frames - 1)))
}
