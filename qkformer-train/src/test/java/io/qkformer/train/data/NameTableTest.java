package io.qkformer.train.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class NameTableTest {
  @Property(tries = 200)
  void sortsByFolderThenByName(
      @ForAll @Size(max = 20) List<@CharRange(from = '-', to = '1') @StringLength(max = 6) String> files) {
    List<String> expected = new ArrayList<>(files);
    expected.sort(Comparator.comparing(NameTableTest::folder).thenComparing(Comparator.naturalOrder()));

    assertThat(names(NameTable.sorted(files))).isEqualTo(expected);
  }

  @Property(tries = 100)
  void keepsEveryTextAndSortsByCodePoints(@ForAll @Size(max = 20) List<@StringLength(max = 6) String> texts) {
    // lone surrogates have no UTF-8; a file's name cannot have them
    List<String> names = texts.stream().map(text -> text.replaceAll("[/\\p{Cs}]", "x")).toList();
    List<String> expected = new ArrayList<>(names);
    expected.sort(Comparator.comparing(name -> name.codePoints().boxed().toList(), NameTableTest::compare));

    assertThat(names(NameTable.sorted(names))).isEqualTo(expected);
  }

  @Test
  void joinsTablesOneAfterTheOther() throws DatasetException {
    NameTable joined = NameTable.join(List.of(NameTable.sorted(List.of("b", "a")), NameTable.sorted(List.of()),
        NameTable.sorted(List.of("\u00e4\uD83D\uDE00", "a"))));

    assertThat(names(joined)).containsExactly("a", "b", "a", "\u00e4\uD83D\uDE00");
  }

  @Test
  void findsTheClassOfEachFile() throws DatasetException {
    ImageIndex index = ImageIndex.of(List.of("x", "y", "z"), List.of(NameTable.sorted(List.of("1", "2")),
        NameTable.sorted(List.of("1")), NameTable.sorted(List.of("1", "2", "3"))));

    assertThat(IntStream.range(0, index.size()).map(index::label)).containsExactly(0, 0, 1, 2, 2, 2);
    assertThat(IntStream.range(0, index.size()).mapToObj(index::file))
        .containsExactly("x/1", "x/2", "y/1", "z/1", "z/2", "z/3");
    assertThat(IntStream.range(0, 3).map(index::size)).containsExactly(2, 1, 3);
  }

  private static String folder(String file) {
    return file.substring(0, Math.max(0, file.lastIndexOf('/')));
  }

  private static int compare(List<Integer> a, List<Integer> b) {
    for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
      if (!a.get(i).equals(b.get(i))) {
        return a.get(i) - b.get(i);
      }
    }
    return a.size() - b.size();
  }

  private static List<String> names(NameTable table) {
    return IntStream.range(0, table.size()).mapToObj(table::get).toList();
  }
}
