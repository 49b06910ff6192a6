import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ownFolder } from '@kinemetric/files'
import { findMethod, type Method } from './find-method.ts'

/** Every method that can be run by name: the folders of `baselines/` with a method.json, in the order of their names. @throws KinemetricError as `findMethod` */
export async function listMethods(): Promise<Method[]> {
  const root = ownFolder('baselines')
  const names = (await readdir(root)).filter((name) => existsSync(join(root, name, 'method.json'))).sort()
  return Promise.all(names.map((name) => findMethod(name)))
}
