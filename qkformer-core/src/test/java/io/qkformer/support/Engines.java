package io.qkformer.support;

import io.qkformer.kernel.Engine;
import io.qkformer.kernel.Kernels;
import io.qkformer.kernel.PortableKernels;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** Engines that tests share; their threads are daemons. */
public final class Engines {

  /** Plain loops, whose bits are the same on every machine. */
  public static final Engine PORTABLE = Engine.create(new PortableKernels(), 2);
  /** The best kernels here. */
  public static final Engine BEST = Engine.create(2);

  private Engines() {
  }

  /** Both, or one where the best kernels here are the portable ones. */
  public static List<Engine> all() {
    return BEST.kernels().name().equals(PORTABLE.kernels().name()) ? List.of(PORTABLE)
        : List.of(PORTABLE, BEST);
  }

  /** An engine that counts the calls of a kernel. */
  public static Engine counting(String kernel, AtomicInteger calls) {
    return counting(kernel, arguments -> true, calls);
  }

  /** An engine that counts those calls of a kernel whose arguments are so. */
  public static Engine counting(String kernel, Predicate<Object[]> which, AtomicInteger calls) {
    return Engine.create(intercepted(kernel, which, calls), 1);
  }

  private static Kernels intercepted(String kernel, Predicate<Object[]> which, AtomicInteger calls) {
    Kernels portable = new PortableKernels();
    return (Kernels) Proxy.newProxyInstance(Kernels.class.getClassLoader(), new Class<?>[] {Kernels.class},
        (proxy, method, arguments) -> {
          if (method.getName().equals(kernel) && which.test(arguments)) {
            calls.incrementAndGet();
          }
          try {
            return method.invoke(portable, arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        });
  }
}
