package io.qkformer.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where the elements of a packed matrix lie. */
class PanelsTest {

  private static final int AT = 5;

  private static float packed(float[] panels, int rows, int columns, int row, int column) {
    Panels layout = new Panels(rows, columns);
    int first = 0;
    while (column >= first + layout.width(first)) {
      first += layout.width(first);
    }
    return panels[AT + first * rows + row * layout.width(first) + column - first];
  }

  @ParameterizedTest
  @CsvSource({"1,1", "3,7", "8,8", "17,15", "9,16", "5,21", "33,48", "20,64", "31,100", "7,150"})
  void aTransposedMatrixIsPackedLikeItsTranspose(int rows, int columns) {
    float[] transposed = KernelSamples.floats(new Random(rows * 31L + columns), rows * columns);
    Panels layout = new Panels(rows, columns);
    float[] panels = KernelSamples.floats(new Random(1), AT + layout.length());
    for (int column : layout.starts()) {
      int filled = Math.min(layout.width(column), columns - column);
      float[] some = new float[filled * rows];
      System.arraycopy(transposed, column * rows, some, 0, some.length);
      layout.packTransposed(some, column, panels, AT);
    }
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < layout.padded(); column++) {
        assertThat(packed(panels, rows, columns, row, column)).as("row %d, column %d", row, column)
            .isEqualTo(column < columns ? transposed[column * rows + row] : 0f);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1,1", "3,7", "9,16", "5,21", "20,64", "31,100"})
  void rowsArePackedPanelByPanel(int rows, int columns) {
    float[] matrix = KernelSamples.floats(new Random(rows * 37L + columns), rows * columns);
    Panels layout = new Panels(rows, columns);
    float[] panels = KernelSamples.floats(new Random(1), AT + layout.length());
    int half = rows / 2;
    layout.packRows(matrix, 0, half, 0, panels, AT);
    layout.packRows(matrix, half * columns, rows - half, half, panels, AT);
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < layout.padded(); column++) {
        assertThat(packed(panels, rows, columns, row, column)).as("row %d, column %d", row, column)
            .isEqualTo(column < columns ? matrix[row * columns + column] : 0f);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"16", "97", "112", "208", "250", "384", "1536"})
  void partsBeginAndEndWhereThePanelsOfAllDo(int columns) {
    Panels all = new Panels(7, columns);
    for (int most = 1; most <= 9; most++) {
      int[] bounds = all.evenStarts(most);
      assertThat(bounds.length - 1).isBetween(1, most);
      assertThat(bounds[bounds.length - 1]).isEqualTo(all.padded());
      int panels = 0;
      for (int part = 0; part + 1 < bounds.length; part++) {
        Panels some = new Panels(7, Math.min(bounds[part + 1], columns) - bounds[part]);
        for (int column : some.starts()) {
          assertThat(all.starts()[panels++]).isEqualTo(bounds[part] + column);
          assertThat(some.width(column)).isEqualTo(all.width(bounds[part] + column));
        }
      }
      assertThat(panels).isEqualTo(all.starts().length);
    }
  }

  @Test
  void threadsShareWhatIsManyPanelsOrAMultiple() {
    assertThat(new Panels(7, 384).splitEvenly(1)).isFalse();
    assertThat(new Panels(7, 384).splitEvenly(2)).isTrue();
    assertThat(new Panels(7, 384).splitEvenly(3)).isFalse();
    assertThat(new Panels(7, 384).splitEvenly(16)).isFalse();
    assertThat(new Panels(7, 1536).splitEvenly(5)).isTrue();
    assertThat(new Panels(7, 48).splitEvenly(2)).isFalse();
  }
}
