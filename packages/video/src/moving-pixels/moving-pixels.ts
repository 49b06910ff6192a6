export { MovingPixelsPlain as MovingPixels } from './plain.ts'
