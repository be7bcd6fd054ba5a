package io.qkformer.train.event.format;

import io.qkformer.train.event.EventReader;
import io.qkformer.train.event.Events;
import io.qkformer.train.event.SensorSize;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Optional;

/** Reads AEDAT 3.1; see {@link Aedat31} for the layout. */
final class Aedat31Reader implements EventReader {
  /** Reads an event at once, which is faster than the buffer's own methods. */
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final ByteInput in;
  private final Reading reading;
  private final SensorSize sensor;
  /** Events of the current packet that are still to be read. */
  private int slots;
  /** Bytes behind them that belong to slots not in use. */
  private long unused;
  /** What is added to the times of the current packet. */
  private long overflow;

  Aedat31Reader(Path file, Reading reading, SensorSize sensor) throws IOException {
    this.in = ByteInput.open(file, ByteOrder.LITTLE_ENDIAN);
    this.reading = reading;
    this.sensor = sensor;
    try {
      AedatHeader.skip31(in, reading);
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  @Override
  public Optional<Events> next() throws IOException {
    Block block = new Block();
    while (block.size < Block.EVENTS && findEvents()) {
      ByteBuffer bytes = in.next(Aedat31.EVENT_BYTES);
      int most = Math.min(Math.min(slots, Block.EVENTS - block.size), bytes.remaining() / Aedat31.EVENT_BYTES);
      readEvents(bytes, most, block);
      slots -= most;
    }
    return block.events();
  }

  private void readEvents(ByteBuffer bytes, int count, Block block) throws IOException {
    boolean all = reading == Reading.SPIKINGJELLY;
    int width = sensor.width();
    int height = sensor.height();
    byte[] array = bytes.array();
    int first = bytes.arrayOffset() + bytes.position();
    int size = block.size;
    for (int i = 0; i < count; i++) {
      long event = (long) WORD.get(array, first + i * Aedat31.EVENT_BYTES);
      int data = (int) event;
      int time = (int) (event >> Integer.SIZE);
      if (all || (data & Aedat31.VALID) != 0) {
        int x = data >>> Aedat31.X_SHIFT;
        int y = data >>> Aedat31.Y_SHIFT & Aedat31.COORDINATE_MASK;
        if (x >= width || y >= height) {
          throw in.error(in.position() + (long) i * Aedat31.EVENT_BYTES, Block.noPixel(sensor, x, y));
        }
        block.t[size] = time >= 0 ? overflow + time : negativeTime(time, i);
        block.x[size] = (char) x;
        block.y[size] = (char) y;
        block.p[size] = (byte) (data >>> Aedat31.POLARITY_SHIFT & 1);
        size++;
      }
    }
    block.size = size;
    bytes.position(bytes.position() + count * Aedat31.EVENT_BYTES);
  }

  private long negativeTime(int stored, long index) throws IOException {
    if (reading == Reading.FORMAT) {
      throw in.error(in.position() + index * Aedat31.EVENT_BYTES + Integer.BYTES,
          "time is " + stored + ", expected at least 0");
    }
    // SpikingJelly reads it unsigned
    return overflow | Integer.toUnsignedLong(stored);
  }

  /** Goes to the next event, over headers and packets without events; false at the end of the file. */
  private boolean findEvents() throws IOException {
    while (slots == 0) {
      in.skip(unused);
      unused = 0;
      if (in.remaining() == 0) {
        return false;
      }
      readPacketHeader();
    }
    return true;
  }

  private void readPacketHeader() throws IOException {
    long start = in.position();
    if (in.remaining() < Aedat31.HEADER_BYTES) {
      throw in.error(start, "expected a packet header of " + Aedat31.HEADER_BYTES + " bytes, got the end of the file"
          + " after " + in.remaining());
    }
    ByteBuffer bytes = in.next(Aedat31.HEADER_BYTES);
    int type = bytes.getShort();
    bytes.getShort(); // the source: which of several cameras
    int eventSize = bytes.getInt();
    bytes.getInt(); // where in an event its time lies: fixed for polarity events
    int tsOverflow = bytes.getInt();
    int capacity = bytes.getInt();
    int number = bytes.getInt();
    int valid = bytes.getInt();
    require(capacity >= 0, start, "capacity is " + capacity + ", expected at least 0");
    require(number >= 0 && number <= capacity, start,
        "number is " + number + ", expected 0 to the capacity " + capacity);
    require(valid >= 0 && valid <= number, start, "valid is " + valid + ", expected 0 to the number " + number);
    boolean polarity = type == Aedat31.POLARITY;
    boolean sizeFits = polarity ? eventSize == Aedat31.EVENT_BYTES : eventSize > 0;
    require(sizeFits || capacity == 0 && eventSize >= 0, start,
        "eventSize is " + eventSize + ", expected " + (polarity ? "8 for polarity events" : "at least 1"));
    require(tsOverflow >= 0, start, "tsOverflow is " + tsOverflow + ", expected at least 0");
    long payload = (long) capacity * eventSize;
    require(payload <= in.remaining(), start, "packet of " + capacity + " events of " + eventSize
        + " bytes: expected " + payload + " bytes behind its header, got the end of the file after " + in.remaining());
    if (!polarity) {
      unused = payload;
      return;
    }
    slots = reading == Reading.FORMAT ? number : capacity;
    unused = (long) (capacity - slots) * Aedat31.EVENT_BYTES;
    overflow = (long) tsOverflow << Aedat31.OVERFLOW_SHIFT;
  }

  private void require(boolean holds, long offset, String problem) throws IOException {
    if (!holds) {
      throw in.error(offset, problem);
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
