/** JMH benchmarks of each kernel and of whole layers, by density and shape, SIMD and portable (docs/performance.md). */
package io.qkformer.examples.jmh;
