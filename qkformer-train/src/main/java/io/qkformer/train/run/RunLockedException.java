package io.qkformer.train.run;

import java.io.IOException;
import java.nio.file.Path;

/** A process, which may be this one, trains in the folder already. */
public final class RunLockedException extends IOException {

  private static final long serialVersionUID = 1L;

  RunLockedException(String process, Path folder) {
    super(process + " trains in this folder: " + folder + "; wait until it has ended, or choose another folder");
  }
}
