package io.qkformer.train.event.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.train.data.Clip;
import io.qkformer.train.event.EventFileException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpzTest {

  private static final Clip CLIP = Clip.wrap(2, 1, 3, 2, new float[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255});

  @TempDir
  private Path folder;

  private Path frames(String header, byte... elements) throws IOException {
    Path path = folder.resolve("frames.npz");
    try (OutputStream out = Files.newOutputStream(path); ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("frames.npy"));
      zip.write(ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN).put((byte) 0x93)
          .put("NUMPY".getBytes(StandardCharsets.US_ASCII)).put((byte) 1).put((byte) 0)
          .putShort((short) header.length()).array());
      zip.write(header.getBytes(StandardCharsets.US_ASCII));
      zip.write(elements);
      zip.closeEntry();
    }
    return path;
  }

  private void refused(String part, String header, byte... elements) throws IOException {
    Path path = frames(header, elements);
    assertThatThrownBy(() -> NpzFrames.read(path)).isInstanceOf(EventFileException.class)
        .hasMessageContainingAll("frames.npz!/frames.npy", part);
  }

  @Test
  void framesOfEveryTypeComeBack() throws IOException {
    Path path = folder.resolve("frames.npz");
    for (NpyType type : List.of(NpyType.UINT8, NpyType.UINT16, NpyType.UINT32_BIG_ENDIAN, NpyType.INT64,
        NpyType.FLOAT32, NpyType.FLOAT64, new NpyType(NpyType.Kind.FLOAT, 4, ByteOrder.BIG_ENDIAN))) {
      for (NpzCompression compression : NpzCompression.values()) {
        NpzFrames.write(path, CLIP, type, compression);
        assertThat(NpzFrames.read(path)).as("%s", type).isEqualTo(CLIP);
      }
    }
    Clip fractions = CLIP.withValues(new float[] {0.5f, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1e30f});
    NpzFrames.write(path, fractions, NpzFrames.smallestType(fractions), NpzCompression.DEFLATED);
    assertThat(NpzFrames.read(path)).isEqualTo(fractions);
  }

  @Test
  void theSmallestTypeHoldsTheGreatestValue() {
    assertThat(NpzFrames.smallestType(CLIP)).isEqualTo(NpyType.UINT8);
    float[] values = CLIP.values().clone();
    values[3] = 256;
    assertThat(NpzFrames.smallestType(CLIP.withValues(values))).isEqualTo(NpyType.UINT16);
    float[] larger = CLIP.values().clone();
    larger[3] = 70_000;
    assertThat(NpzFrames.smallestType(CLIP.withValues(larger))).isEqualTo(NpyType.FLOAT32);
    assertThatThrownBy(() -> NpzFrames.write(folder.resolve("a"), CLIP.withValues(values), NpyType.UINT8,
        NpzCompression.STORED)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("256");
    // the first whole float beyond each type, which the type's greatest number is rounded to
    for (NpyType type : List.of(NpyType.UINT32, new NpyType(NpyType.Kind.SIGNED, 4, ByteOrder.BIG_ENDIAN))) {
      values[3] = type.greatest();
      assertThatThrownBy(() -> NpzFrames.write(folder.resolve("a"), CLIP.withValues(values), type,
          NpzCompression.STORED)).as("%s", type).isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(Long.toString(type.greatest()));
    }
  }

  @Test
  void framesInFortransOrderAreTurned() throws IOException {
    Path path = frames("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 2, 1, 2), }\n",
        (byte) 0, (byte) 1, (byte) 2, (byte) 3, (byte) 4, (byte) 5, (byte) 6, (byte) 7);
    Clip clip = NpzFrames.read(path);
    for (int t = 0; t < 2; t++) {
      for (int c = 0; c < 2; c++) {
        for (int x = 0; x < 2; x++) {
          assertThat(clip.value(t, 0, x, c)).isEqualTo(t + 2 * c + 4 * x);
        }
      }
    }
  }

  @Test
  void headersThatAnnounceWhatIsNotThereAreRefused() throws IOException {
    refused("[1, 1, 1, 2]", "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 1, 1, 2), }\n", (byte) 1);
    refused("expected 1 bytes, got 2",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 1, 1, 1), }\n", (byte) 1, (byte) 2);
    refused("expected 9223372036854775807 bytes, got 0",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (999999999999, 999999999999, 99999, 9), }\n");
    refused("18 digits", "{'descr': '<f8', 'fortran_order': False, 'shape': (9999999999999999999, 1, 1, 1), }\n");
    refused("[0, 1, 1, 1]", "{'descr': '<f8', 'fortran_order': False, 'shape': (0, 1, 1, 1), }\n");
    refused("[4]", "{'descr': '|u1', 'fortran_order': False, 'shape': (4,), }\n", new byte[4]);
    refused("<c8", "{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }\n", new byte[8]);
    refused("'shape'", "{'descr': '<f8', 'fortran_order': False}\n");
    refused("finite", "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1, 1, 1), }\n", (byte) 0, (byte) 0,
        (byte) 0x80, (byte) 0x7F);
  }

  @Test
  void limitsHold() throws IOException {
    Path path = folder.resolve("frames.npz");
    NpzFrames.write(path, CLIP, NpyType.UINT8, NpzCompression.DEFLATED);
    assertThat(NpzFrames.read(path, 12)).isEqualTo(CLIP);
    assertThatThrownBy(() -> NpzFrames.read(path, 11)).hasMessageContaining("1 to 11 values");
  }

  @Test
  void typesAreNamedAsNumPyDoes() {
    assertThat(List.of(NpyType.INT64, NpyType.UINT32_BIG_ENDIAN, NpyType.UINT8, NpyType.BOOL, NpyType.FLOAT32))
        .extracting(NpyType::toString).containsExactly("<i8", ">u4", "|u1", "|b1", "<f4");
    assertThat(NpyType.parse(">u4")).contains(NpyType.UINT32_BIG_ENDIAN);
    assertThat(NpyType.parse("<b8")).isEmpty();
    assertThat(NpyType.parse("<f2")).isEmpty();
    assertThatThrownBy(() -> new NpyType(NpyType.Kind.SIGNED, 3, ByteOrder.BIG_ENDIAN)).hasMessageContaining("i3");
  }

  @Test
  void archivesOfClipsAreCompleteOrAbsent() throws IOException {
    Path path = folder.resolve("clips.npz");
    assertThatThrownBy(() -> ClipArchive.write(path, List.of("a", "b"), index -> {
      if (index == 1) {
        throw new IOException("no more");
      }
      return CLIP;
    })).hasMessageContaining("no more");
    assertThat(folder).isEmptyDirectory();
    ClipArchive.write(path, List.of("0 a", "1 b"), index -> CLIP);
    try (ClipArchive archive = ClipArchive.open(path)) {
      assertThat(archive.entries()).containsExactly("0 a", "1 b");
      assertThat(archive.read(1)).isEqualTo(CLIP);
      assertThatThrownBy(() -> archive.read(2)).isInstanceOf(EventFileException.class).hasMessageContaining("2.npy");
    }
  }
}
