/** Endings of pictures that are read as frames. */
export const imageEndings = words('png jpg jpeg jpe jfif webp tif tiff')

/** Endings of pictures that are not read: a folder that has only these is told so. */
export const otherImageEndings = words(
  'bmp dib avif heic heif jp2 j2k jpf jpx jxl ppm pgm pbm pnm pam pfm tga exr hdr dpx psd dds',
  'pcx sgi qoi svg ico dng cr2 nef arw',
)

/** Endings of video files, those included that FFmpeg may not know: one of them is a clip that fails by name, never one that is passed over. */
export const videoEndings = words(
  'mp4 m4v mov qt 3gp 3g2 3gpp mj2 f4v webm mkv mk3d avi divx gif apng y4m ivf nut flv wmv asf ogv ogm rm rmvb',
  'mpg mpeg mpe m1v m2v mp2v vob vro ts m2ts mts m2t mxf gxf dv wtv dvr-ms h264 264 h265 265 hevc h266 vvc',
  'av1 obu mjpeg mjpg braw r3d bik bk2 swf amv roq smk',
)

/** Whether a file's name has one of these endings, in any case. */
export function hasEnding(name: string, endings: readonly string[]): boolean {
  const ending = /\.[^.]*$/.exec(name)?.[0].toLowerCase()
  return ending !== undefined && ending.length < name.length && endings.includes(ending)
}

function words(...lines: string[]): readonly string[] {
  return lines
    .join(' ')
    .split(' ')
    .map((word) => `.${word}`)
}
