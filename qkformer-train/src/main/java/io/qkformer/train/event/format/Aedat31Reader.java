package io.qkformer.train.event.format;

import io.qkformer.train.event.EventReader;
import io.qkformer.train.event.Events;
import io.qkformer.train.event.EventsBuilder;
import io.qkformer.train.event.SensorSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Optional;

/** Reads AEDAT 3.1; see {@link Aedat31} for the layout. */
final class Aedat31Reader implements EventReader {
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
      AedatHeader.skip31(in);
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  @Override
  public Optional<Events> next() throws IOException {
    EventsBuilder block = new EventsBuilder(Blocks.EVENTS);
    while (block.size() < Blocks.EVENTS && findEvents()) {
      int most = Math.min(slots, Blocks.EVENTS - block.size());
      for (int i = 0; i < most; i++) {
        addEvent(in.next(Aedat31.EVENT_BYTES), block);
      }
      slots -= most;
    }
    return block.size() == 0 ? Optional.empty() : Optional.of(block.build());
  }

  private void addEvent(ByteBuffer bytes, EventsBuilder block) throws IOException {
    int data = bytes.getInt();
    int time = bytes.getInt();
    if (reading == Reading.FORMAT && (data & Aedat31.VALID) == 0) {
      return;
    }
    int x = data >>> Aedat31.X_SHIFT;
    int y = data >>> Aedat31.Y_SHIFT & Aedat31.COORDINATE_MASK;
    if (!sensor.contains(x, y)) {
      throw in.error(in.position() - Aedat31.EVENT_BYTES, Blocks.noPixel(sensor, x, y));
    }
    block.add(time(time), x, y, data >>> Aedat31.POLARITY_SHIFT & 1);
  }

  private long time(int stored) throws IOException {
    if (stored >= 0) {
      return overflow + stored;
    }
    if (reading == Reading.FORMAT) {
      throw in.error(in.position() - Integer.BYTES, "time is " + stored + ", expected at least 0");
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
