package io.qkformer.train.event.format;

import io.qkformer.train.event.EventFileException;
import io.qkformer.train.event.EventReader;
import io.qkformer.train.event.Events;
import io.qkformer.train.event.SensorSize;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads the arrays t, x, y and p of an archive side by side. */
final class NpzEventReader implements EventReader {
  private final NpzArchive archive;
  private final SensorSize sensor;
  private final NpyInput[] arrays = new NpyInput[NpzEvents.NAMES.size()];
  private final long size;
  private long read;

  NpzEventReader(Path file, SensorSize sensor) throws IOException {
    this.archive = NpzArchive.open(file);
    this.sensor = sensor;
    try {
      this.size = openArrays(file);
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private long openArrays(Path file) throws IOException {
    for (int i = 0; i < arrays.length; i++) {
      arrays[i] = archive.array(NpzEvents.NAMES.get(i));
      NpyHeader header = arrays[i].header();
      if (header.shape().length != 1 || !header.type().isWhole()) {
        throw EventFileException.in(file + "!/" + NpzEvents.NAMES.get(i) + ".npy", "expected an array of one axis of"
            + " integers or booleans, got shape " + arrays[i].shapeText() + " of type " + header.type());
      }
      if (arrays[i].elements() != arrays[0].elements()) {
        throw EventFileException.in(file.toString(), "expected arrays of one length, got " + arrays[0].elements()
            + " of t.npy and " + arrays[i].elements() + " of " + NpzEvents.NAMES.get(i) + ".npy");
      }
    }
    return arrays[0].elements();
  }

  @Override
  public Optional<Events> next() throws IOException {
    if (read == size) {
      for (NpyInput array : arrays) {
        array.requireEnd();
      }
      return Optional.empty();
    }
    Block block = new Block(size - read);
    while (!block.isFull()) {
      long t = arrays[0].nextWhole();
      long x = arrays[1].nextWhole();
      long y = arrays[2].nextWhole();
      long p = arrays[3].nextWhole();
      if (x < 0 || x >= sensor.width() || y < 0 || y >= sensor.height()) {
        throw arrays[x < 0 || x >= sensor.width() ? 1 : 2].error(Block.noPixel(sensor, x, y));
      }
      if ((byte) p != p) {
        throw arrays[3].error("polarity is " + p + ", expected -128 to 127");
      }
      block.add(t, (int) x, (int) y, (int) p);
    }
    read += block.size;
    return block.events();
  }

  @Override
  public OptionalLong count() {
    return OptionalLong.of(size);
  }

  @Override
  public void close() throws IOException {
    for (NpyInput array : arrays) {
      if (array != null) {
        array.close();
      }
    }
    archive.close();
  }
}
