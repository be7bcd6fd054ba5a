package io.qkformer.train.event.format;

import io.qkformer.train.event.EventReader;
import io.qkformer.train.event.Events;
import io.qkformer.train.event.SensorSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads AEDAT 2.0; see {@link Aedat20} for the layout. */
final class Aedat20Reader implements EventReader {
  private final ByteInput in;
  private final Reading reading;
  private final SensorSize sensor;
  /** External events too. */
  private final long count;

  Aedat20Reader(Path file, Reading reading, SensorSize sensor) throws IOException {
    this.in = ByteInput.open(file, ByteOrder.BIG_ENDIAN);
    this.reading = reading;
    this.sensor = sensor;
    try {
      AedatHeader.skip20(in);
      if (in.remaining() % Aedat20.EVENT_BYTES != 0) {
        throw in.error(in.position(), "expected events of 8 bytes up to the end of the file, got " + in.remaining()
            + " bytes, no multiple of 8");
      }
      count = in.remaining() / Aedat20.EVENT_BYTES;
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  @Override
  public Optional<Events> next() throws IOException {
    Block block = new Block(in.remaining() / Aedat20.EVENT_BYTES);
    while (!block.isFull() && in.remaining() > 0) {
      ByteBuffer bytes = in.next(Aedat20.EVENT_BYTES);
      int address = bytes.getInt();
      // jAER's times are signed, and go on below zero when they exceed 2^31 - 1
      long t = Integer.toUnsignedLong(bytes.getInt());
      if (reading == Reading.SPIKINGJELLY || (address & Aedat20.EXTERNAL) == 0) {
        addEvent(address, t, block);
      }
    }
    return block.events();
  }

  private void addEvent(int address, long t, Block block) throws IOException {
    int storedX = address >>> Aedat20.X_SHIFT & Aedat20.COORDINATE_MASK;
    int storedY = address >>> Aedat20.Y_SHIFT & Aedat20.COORDINATE_MASK;
    boolean stored = reading == Reading.FORMAT;
    int x = stored ? storedX : Aedat20.COORDINATE_MASK - storedY;
    int y = stored ? storedY : Aedat20.COORDINATE_MASK - storedX;
    if (!sensor.contains(x, y)) {
      throw in.error(in.position() - Aedat20.EVENT_BYTES, Block.noPixel(sensor, x, y));
    }
    block.add(t, x, y, stored ? address & 1 : 1 - (address & 1));
  }

  @Override
  public OptionalLong count() {
    return reading == Reading.SPIKINGJELLY ? OptionalLong.of(count) : OptionalLong.empty();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
