/** Whether none of the numbers is infinite or NaN. */
export function areFinite(numbers: Float32Array): boolean {
  // Nothing but what is not finite makes more than 0 of it, and the loop has no branch: a clip has millions of numbers.
  let [a, b] = [0, 0]
  const even = numbers.length & ~1
  for (let i = 0; i < even; i += 2) {
    a += numbers[i] - numbers[i]
    b += numbers[i + 1] - numbers[i + 1]
  }
  for (let i = even; i < numbers.length; i++) a += numbers[i] - numbers[i]
  return a + b === 0
}
