package io.qkformer.train.event.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.train.data.Clip;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Frames of every shape, written as every type that holds them, come back. */
class FramesRoundTripTest {

  /** A clip and a type that holds its values. */
  record Frames(Clip clip, NpyType type) { }

  private record Shape(int frames, int height, int width, int channels) {
    int values() {
      return frames * height * width * channels;
    }
  }

  private static List<NpyType> types() {
    List<NpyType> types = new ArrayList<>();
    for (NpyType.Kind kind : NpyType.Kind.values()) {
      for (int bytes : new int[] {1, 2, 4, 8}) {
        for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
          boolean known = switch (kind) {
            case BOOL -> bytes == 1;
            case FLOAT -> bytes >= 4;
            case SIGNED, UNSIGNED -> true;
          };
          if (known) {
            types.add(new NpyType(kind, bytes, order));
          }
        }
      }
    }
    return types;
  }

  /** Floats that are numbers of the type. */
  private static Arbitrary<Float> values(NpyType type) {
    return type.isWhole() ? Arbitraries.longs().between(type.least(), type.greatest()).map(Long::floatValue)
        .filter(value -> value >= (double) type.least() && value <= (double) type.greatest()) : Arbitraries.floats();
  }

  @Provide
  Arbitrary<Frames> frames() {
    Arbitrary<Integer> sides = Arbitraries.integers().between(1, 9);
    Arbitrary<Shape> shapes = Combinators.combine(Arbitraries.integers().between(1, 5), sides, sides,
        Arbitraries.integers().between(1, 3)).as(Shape::new);
    // without their edge cases, whose combinations would leave no tries for others; those of the values stay
    return Combinators.combine(shapes.withoutEdgeCases(), Arbitraries.of(types()).withoutEdgeCases()).flatAs((shape, type) ->
        values(type).array(float[].class).ofSize(shape.values()).map(values -> new Frames(
            Clip.wrap(shape.frames(), shape.height(), shape.width(), shape.channels(), values), type)));
  }

  @Property(tries = 200)
  void framesComeBack(@ForAll("frames") Frames frames, @ForAll NpzCompression compression) {
    Clip read = TestFiles.with(".npz", path -> {
      NpzFrames.write(path, frames.clip(), frames.type(), compression);
      return NpzFrames.read(path);
    });
    assertThat(read).isEqualTo(frames.clip());
  }

  @Property(tries = 100)
  void theSmallestTypeHoldsAllValues(@ForAll("frames") Frames frames) {
    Clip read = TestFiles.with(".npz", path -> {
      NpzFrames.write(path, frames.clip(), NpzFrames.smallestType(frames.clip()), NpzCompression.STORED);
      return NpzFrames.read(path);
    });
    assertThat(read).usingComparator((a, b) -> same(a, b) ? 0 : 1).isEqualTo(frames.clip());
  }

  /** Whole types have no -0. */
  private static boolean same(Clip a, Clip b) {
    boolean same = a.toString().equals(b.toString());
    for (int i = 0; same && i < a.values().length; i++) {
      same = a.values()[i] == b.values()[i];
    }
    return same;
  }
}
