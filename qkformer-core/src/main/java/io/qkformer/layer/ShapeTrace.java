package io.qkformer.layer;

import java.util.ArrayList;
import java.util.List;

/** Collects what a model would compute for an input of a given shape, without computing it. */
public final class ShapeTrace {

  /**
   * One layer's line.
   *
   * @param name                the name its parameters start with
   * @param kind                what it is
   * @param output              its output
   * @param multiplyAccumulates of one forward pass with dense arithmetic
   */
  public record Row(String name, String kind, MapShape output, long multiplyAccumulates) {
  }

  private final int timeSteps;
  private final List<Row> rows = new ArrayList<>();

  /** A trace for passes of T steps. */
  public ShapeTrace(int timeSteps) {
    this.timeSteps = timeSteps;
  }

  /** T, to which the first neuron expands a static input. */
  public int timeSteps() {
    return timeSteps;
  }

  /** Adds a line and returns its output shape. */
  public MapShape add(String name, String kind, MapShape output, long multiplyAccumulates) {
    rows.add(new Row(name, kind, output, multiplyAccumulates));
    return output;
  }

  /** The lines so far. */
  public List<Row> rows() {
    return List.copyOf(rows);
  }
}
