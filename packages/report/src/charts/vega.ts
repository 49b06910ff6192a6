// All that charts take of vega and vega-lite. A release carries it, with what of both it needs, as one file (`charts.mjs`): installed they are 25 MB in 80 packages.
export { Error as errorLevel, parse, View } from 'vega'
export { compile } from 'vega-lite'
