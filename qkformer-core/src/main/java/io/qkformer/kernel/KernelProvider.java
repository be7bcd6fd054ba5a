package io.qkformer.kernel;

final class KernelProvider {
  static Kernels best() {
    return new PortableKernels();
  }
}
