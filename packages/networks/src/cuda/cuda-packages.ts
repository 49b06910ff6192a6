/** A package of the Python registry that holds libraries. Python itself is not needed: a wheel is a zip file. */
export interface CudaPackage {
  readonly name: string
  readonly version: string
  /** Of the wheel for Linux x64. */
  readonly bytes: number
  readonly sha256: string
  /** Bytes of the libraries, unpacked. */
  readonly unpacked: number
  /** Libraries by which it is looked for: a name may go on with a further version (`libnvrtc-builtins.so.13.5`). */
  readonly libraries: readonly string[]
  /** Names of files begin so that belong to it besides, and are taken where they are there. */
  readonly others?: string | undefined
  readonly licence: string
  readonly licenceUrl: string
}

/** What one version of onnxruntime's CUDA provider needs. */
export interface CudaNeeds {
  readonly onnxruntime: string
  /** Major version of CUDA that the provider is built for. */
  readonly cuda: number
  /** Major version of the oldest driver that runs it. */
  readonly driver: number
  readonly packages: readonly CudaPackage[]
}

const ofNvidia = { licence: 'NVIDIA CUDA EULA', licenceUrl: 'https://docs.nvidia.com/cuda/eula/index.html' }

/**
 * By version of onnxruntime-node: the wheel `onnxruntime-gpu` of the same version has the provider, NVIDIA's wheels what it loads. Versions, sizes and
 * hashes as downloaded in November 2026. cuFFT is left out: the provider asks for it when a graph has a Fourier transform, and none here has.
 */
export const cudaNeeds: readonly CudaNeeds[] = [
  {
    onnxruntime: '1.30.0',
    cuda: 13,
    driver: 580,
    packages: [
      {
        name: 'onnxruntime-gpu',
        version: '1.30.0',
        bytes: 246_658_419,
        sha256: '4fbf0c5d7b5fb99266c2e8a802e3e64af68bdc383e0f3c7349b985f1087eedaa',
        unpacked: 272_064_536,
        libraries: ['libonnxruntime_providers_shared.so', 'libonnxruntime_providers_cuda.so'],
        licence: 'MIT',
        licenceUrl: 'https://github.com/microsoft/onnxruntime/blob/main/LICENSE',
      },
      {
        name: 'nvidia-cuda-runtime',
        version: '13.5.37',
        bytes: 2_504_024,
        sha256: 'df2b79a8852f10d1fef8c848489c49eebb5754051bf870202a862831412b179d',
        unpacked: 806_720,
        libraries: ['libcudart.so.13'],
        ...ofNvidia,
      },
      {
        name: 'nvidia-cublas',
        version: '13.10.0.20',
        bytes: 444_289_903,
        sha256: 'dcc6d63884c53d07e267ce7e6feac17b2538cebaafec5db865736c3e28e4dc84',
        unpacked: 608_935_360,
        libraries: ['libcublasLt.so.13', 'libcublas.so.13'],
        ...ofNvidia,
      },
      {
        name: 'nvidia-curand',
        version: '10.4.5.25',
        bytes: 77_113_015,
        sha256: '22bb226a857e5888fe6b54ae465fc4371296bcff13a35f79e19691bcf454f529',
        unpacked: 104_860_296,
        libraries: ['libcurand.so.10'],
        ...ofNvidia,
      },
      {
        name: 'nvidia-cuda-nvrtc',
        version: '13.5.37',
        bytes: 58_185_930,
        sha256: '86b4d68058807988b7d9af5b44917a0601e9c337f35ccd657bfb3c759ff8d8bc',
        unpacked: 148_431_960,
        libraries: ['libnvrtc-builtins.so.13', 'libnvrtc.so.13'],
        ...ofNvidia,
      },
      {
        name: 'nvidia-nvjitlink',
        version: '13.5.37',
        bytes: 46_642_491,
        sha256: '280d7cb9649704145f074b8dbde500de04ce02d0872e066e20a83c17bcaa93eb',
        unpacked: 117_247_464,
        libraries: ['libnvJitLink.so.13'],
        ...ofNvidia,
      },
      {
        name: 'nvidia-cudnn-cu13',
        version: '9.28.1.4',
        bytes: 516_817_937,
        sha256: 'a54f205b1db1f2895d99f398754db1369816f0569dd459731f925635cf7b65ec',
        unpacked: 940_113_376,
        libraries: ['libcudnn_graph.so.9', 'libcudnn_ops.so.9', 'libcudnn_cnn.so.9', 'libcudnn.so.9'],
        others: 'libcudnn',
        licence: 'NVIDIA cuDNN SLA',
        licenceUrl: 'https://docs.nvidia.com/deeplearning/cudnn/latest/reference/eula.html',
      },
    ],
  },
]

/** Whether a file's name is that of a library, or goes on from it with a further version. */
export function isLibrary(file: string, library: string): boolean {
  return file === library || file.startsWith(`${library}.`)
}

/** Whether a file is one of a package's libraries. */
export function belongsTo(file: string, { libraries, others }: CudaPackage): boolean {
  if (libraries.some((library) => isLibrary(file, library))) return true
  return others !== undefined && file.startsWith(others) && /\.so(\.\d+)+$/.test(file)
}
