package io.qkformer.kernel;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses the {@link Kernels} for the machine and the JVM at hand. */
public final class KernelProvider {

  /** The JVM option that makes the SIMD kernels available. */
  public static final String VECTOR_FLAG = "--add-modules jdk.incubator.vector";

  private static final Logger LOG = LoggerFactory.getLogger(KernelProvider.class);
  private static final String VECTOR_MODULE = "jdk.incubator.vector";

  /** Shorter vectors gain nothing over plain loops; the lists of spikes pack two vectors into one int. */
  private static final int MIN_LANES = 4;
  private static final int MAX_LANES = 16;

  private KernelProvider() {}

  /**
   * The fastest kernels available: the SIMD ones where the JVM runs with {@value #VECTOR_FLAG} and the
   * machine has vectors of 4 to 16 floats and a fused multiply-add, else the portable ones and a warning that
   * says why.
   */
  public static Kernels best() {
    String obstacle = obstacleToSimd();
    if (obstacle == null) {
      return Holder.create();
    }
    LOG.warn("Computing with the portable kernels, several times slower than the SIMD ones: {}.", obstacle);
    return portable();
  }

  /** The kernels in plain Java, which run everywhere. */
  public static Kernels portable() {
    return new PortableKernels();
  }

  /**
   * The SIMD kernels.
   *
   * @throws IllegalStateException where they cannot run, or only slower than the portable ones; the message
   *     names the reason and the way out
   */
  public static Kernels simd() {
    String obstacle = obstacleToSimd();
    if (obstacle != null) {
      throw new IllegalStateException("no SIMD kernels: " + obstacle);
    }
    return Holder.create();
  }

  /** What keeps the SIMD kernels from being used, or null. */
  private static String obstacleToSimd() {
    if (ModuleLayer.boot().findModule(VECTOR_MODULE).isEmpty()) {
      return "the JVM runs without the option " + VECTOR_FLAG + "; add it to the java command";
    }
    int lanes = Holder.lanes();
    if (lanes < MIN_LANES || lanes > MAX_LANES) {
      return "this machine's preferred vector holds " + lanes + " floats, expected " + MIN_LANES + ".."
          + MAX_LANES + " (the option " + VECTOR_FLAG + " is set)";
    }
    if (!fusesMultiplyAdd()) {
      return "this machine or JVM has no fused multiply-add (HotSpot's UseFMA is not true), which would be"
          + " emulated (the option " + VECTOR_FLAG + " is set)";
    }
    return null;
  }

  private static boolean fusesMultiplyAdd() {
    try {
      HotSpotDiagnosticMXBean hotSpot = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
      return hotSpot != null && Boolean.parseBoolean(hotSpot.getVMOption("UseFMA").getValue());
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Links {@link SimdKernels} only when asked: without its module the class cannot be loaded. */
  private static final class Holder {

    static Kernels create() {
      return new SimdKernels();
    }

    static int lanes() {
      return SimdKernels.lanes();
    }
  }
}
