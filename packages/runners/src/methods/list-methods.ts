import { findMethod, type Method, methodNames } from './find-method.ts'

/** Every method that can be run by name: the folders of `baselines/` with a method.json, in the order of their names. @throws KinemetricError as `findMethod` */
export async function listMethods(): Promise<Method[]> {
  return Promise.all(methodNames().map((name) => findMethod(name)))
}
