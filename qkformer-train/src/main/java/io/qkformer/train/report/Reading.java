package io.qkformer.train.report;

import java.util.Locale;
import java.util.Objects;

/**
 * A number to show beside a progress: the loss, the learning rate.
 *
 * @param name  a word or two
 * @param value shown with four significant digits
 */
public record Reading(String name, double value) {

  /** Checks the name. */
  public Reading {
    Objects.requireNonNull(name, "name");
  }

  @Override
  public String toString() {
    return name + " "
        + (Double.isFinite(value) ? String.format(Locale.ROOT, "%.4g", value) : Double.toString(value));
  }
}
