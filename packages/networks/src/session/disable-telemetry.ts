/**
 * Official builds of onnxruntime report every session to Microsoft (graph names and hashes, machine, timings) unless this
 * is set before the first one is made. Scoring a video is nobody else's business, so it is set unless the user has set
 * it. To be imported before onnxruntime-node; worker threads inherit the choice of the main thread. It has a door of its own in this package, for who
 * needs onnxruntime alone (products in float64) must not load networks and decoders with it.
 */
process.env.ORT_DISABLE_TELEMETRY ??= '1'
