/**
 * swscale flags of the YUV → RGB step, the same for both decoders so that their frames are byte-identical:
 * bicubic chroma, accurate rounding, full chroma resolution in and out, no machine-dependent short cuts.
 */
export const swscaleFlags = 'bicubic+accurate_rnd+full_chroma_int+full_chroma_inp+bitexact'

/** Those of OpenCV's VideoCapture (modules/videoio/src/cap_ffmpeg_impl.hpp): where nothing is scaled, swscale's quick way for the processor at hand. */
export const opencvFlags = 'bicubic'

/**
 * Files that hold all their own data. Anything that only points elsewhere (HLS, DASH, concat scripts, image patterns, SDP)
 * is left out on purpose: a file under test must not make the decoder read other files or the network.
 */
export const containerFormats = [
  'matroska,webm',
  'mov,mp4,m4a,3gp,3g2,mj2',
  'avi',
  'gif',
  'mpegts',
  'mpeg',
  'mpegvideo',
  'flv',
  'live_flv',
  'ogg',
  'asf',
  'nut',
  'ivf',
  'h264',
  'hevc',
  'obu',
  'm4v',
  'mjpeg',
  'yuv4mpegpipe',
  'apng',
  'mxf',
  'dv',
  'rm',
  'wtv',
].join(',')

/** Those of them that are one bare stream: it has no times, and what decoders say of them is a guess. */
export const bareStreams: readonly string[] = ['mpegvideo', 'h264', 'hevc', 'obu', 'm4v', 'mjpeg']

/** The only protocol a decoder may use: plain local files. */
export const protocols = 'file'

/** The path as FFmpeg takes it literally: without the prefix, `http://…` or `concat:a|b` would be more than a file name. */
export function ffmpegUrl(absolutePath: string): string {
  return `file:${absolutePath}`
}
