/**
 * TensorFlow's library, as pip requirements with the hash of the one file (Python 3.11 ABI, Linux x64).
 * `cuda` is the build with CUDA support; it falls back to the CPU where no CUDA libraries are found. It is not verified on a GPU.
 */
export const WHEELS = {
  cpu: ['tensorflow-cpu==2.21.0 --hash=sha256:2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c'],
  cuda: ['tensorflow==2.21.0 --hash=sha256:9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124'],
}
