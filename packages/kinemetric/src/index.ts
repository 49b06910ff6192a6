export { main } from '@kinemetric/cli'
