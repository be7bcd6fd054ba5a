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

/** Reads the 5-byte events of N-MNIST and N-Caltech101; see {@link NMnist} for the layout. */
final class NMnistReader implements EventReader {
  private final ByteInput in;
  private final Reading reading;
  private final SensorSize sensor;
  /** What the overflows so far add to the time. */
  private long overflow;

  NMnistReader(Path file, Reading reading, SensorSize sensor) throws IOException {
    this.in = ByteInput.open(file, ByteOrder.BIG_ENDIAN);
    this.reading = reading;
    this.sensor = sensor;
    if (in.size() % NMnist.EVENT_BYTES != 0) {
      in.close();
      throw in.error(in.size() - in.size() % NMnist.EVENT_BYTES, "expected events of 5 bytes up to the end of the"
          + " file, got " + in.size() + " bytes, no multiple of 5");
    }
  }

  @Override
  public Optional<Events> next() throws IOException {
    Block block = new Block(in.remaining() / NMnist.EVENT_BYTES);
    while (!block.isFull() && in.remaining() > 0) {
      ByteBuffer bytes = in.next(NMnist.EVENT_BYTES);
      int x = Byte.toUnsignedInt(bytes.get());
      int y = Byte.toUnsignedInt(bytes.get());
      int high = Byte.toUnsignedInt(bytes.get());
      int t = (high & NMnist.TIME_HIGH) << Short.SIZE | Short.toUnsignedInt(bytes.getShort());
      if (reading == Reading.FORMAT && y == NMnist.OVERFLOW_Y) {
        overflow += NMnist.OVERFLOW_MICROSECONDS;
        continue;
      }
      if (!sensor.contains(x, y)) {
        throw in.error(in.position() - NMnist.EVENT_BYTES, Block.noPixel(sensor, x, y));
      }
      block.add(overflow + t, x, y, high >> NMnist.POLARITY_SHIFT);
    }
    return block.events();
  }

  @Override
  public OptionalLong count() {
    return reading == Reading.SPIKINGJELLY ? OptionalLong.of(in.size() / NMnist.EVENT_BYTES) : OptionalLong.empty();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
