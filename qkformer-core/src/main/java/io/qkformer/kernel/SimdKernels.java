package io.qkformer.kernel;

final class SimdKernels { }
