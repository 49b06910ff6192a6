import { isError, type KinemetricError } from '@kinemetric/files'

/** The error of ours that a promise ends with; throws where it ends with another or with none. */
export async function failure(promise: Promise<unknown>): Promise<KinemetricError> {
  const error = await promise.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!isError(error)) throw new Error(`expected an error of ours, found ${String(error)}`)
  return error
}
