package io.qkformer.train.data;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes JPEG and PNG to RGB bytes, as Pillow's {@code convert("RGB")} has them. Grey levels go to all three
 * channels as they are (Java's own conversion, {@link BufferedImage#getRGB}, would apply a gamma curve); CMYK
 * is converted without a colour profile; transparency and the Exif orientation are left out. Thread-safe.
 */
public final class ImageDecoder {
  private static final byte[] JPEG_MAGIC = {(byte) 0xFF, (byte) 0xD8};
  private static final byte[] PNG_MAGIC = {(byte) 0x89, 'P', 'N', 'G'};
  private static final int SHOWN_BYTES = 4;

  private final ImageReaderSpi jpeg = provider("jpeg");
  private final ImageReaderSpi png = provider("png");
  private final DecodeLimit limit;

  /** Decodes images up to this size. */
  public ImageDecoder(DecodeLimit limit) {
    this.limit = Objects.requireNonNull(limit, "limit");
  }

  /** The expected size of an image. */
  record Size(int width, int height) {
    @Override
    public String toString() {
      return width + "x" + height;
    }
  }

  /** Looked up once: the registry's lock would hold up many threads that decode small images. */
  private static ImageReaderSpi provider(String format) {
    return ImageIO.getImageReadersByFormatName(format).next().getOriginatingProvider();
  }

  /** Reads the size from the header. */
  Size size(byte[] encoded, String file) throws DatasetException {
    return read(encoded, file, ImageDecoder::sizeOf);
  }

  /**
   * Decodes an image.
   *
   * @param encoded the whole file
   * @param file its name, for messages
   * @throws DatasetException naming the file if it is corrupt, neither JPEG nor PNG, or larger than the limit
   */
  public Image decode(byte[] encoded, String file) throws DatasetException {
    return decode(encoded, file, null);
  }

  /**
   * Decodes an image.
   *
   * @param expected its size, or null if any will do
   * @throws DatasetException naming the file if it is corrupt, of another format, of another size or too
   *     large
   */
  Image decode(byte[] encoded, String file, Size expected) throws DatasetException {
    boolean isJpeg = startsWith(encoded, JPEG_MAGIC);
    JpegHeader header = isJpeg ? JpegHeader.of(encoded) : null;
    return read(isJpeg ? header.withColoursNamed(encoded) : encoded, file, reader -> {
      Size size = sizeOf(reader);
      limit.check(file, size.width(), size.height());
      if (expected != null && !size.equals(expected)) {
        throw new DatasetException(file + ": expected a " + expected + " image, got " + size
            + "; open the folder with ImageSizes.ANY and let an augmentation bring the images to one size");
      }
      if (!isJpeg) {
        PngChunks.check(encoded);
      }
      return isJpeg && header.isCmyk() ? CmykRaster.toRgb(reader.readRaster(0, null), header.adobeTransform())
          : toRgb(reader.read(0));
    });
  }

  private interface Reading<T> {
    T from(ImageReader reader) throws IOException;
  }

  private <T> T read(byte[] encoded, String file, Reading<T> reading) throws DatasetException {
    ImageReader reader = null;
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(encoded))) {
      reader = providerFor(encoded, file).createReaderInstance();
      Damage damage = new Damage();
      reader.addIIOReadWarningListener(damage);
      reader.setInput(in, true, true);
      T result = reading.from(reader);
      damage.check();
      return result;
    } catch (DatasetException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // the readers answer damaged headers with unchecked exceptions, too
      throw new DatasetException(file + " is corrupt or of an unknown kind: " + e.getMessage(), e);
    } finally {
      if (reader != null) {
        reader.dispose();
      }
    }
  }

  private ImageReaderSpi providerFor(byte[] encoded, String file) throws DatasetException {
    if (startsWith(encoded, JPEG_MAGIC)) {
      return jpeg;
    }
    if (startsWith(encoded, PNG_MAGIC)) {
      return png;
    }
    throw new DatasetException(file + " is corrupt: expected a JPEG or PNG image, got " + described(encoded));
  }

  private static String described(byte[] encoded) {
    if (encoded.length == 0) {
      return "an empty file";
    }
    byte[] start = Arrays.copyOf(encoded, Math.min(SHOWN_BYTES, encoded.length));
    String text = new String(start, StandardCharsets.ISO_8859_1);
    return encoded.length + " bytes that begin with " + HexFormat.ofDelimiter(" ").formatHex(start)
        + (text.matches("[ -~]+") ? " '" + text + "'" : "");
  }

  private static boolean startsWith(byte[] bytes, byte[] magic) {
    return bytes.length >= magic.length && Arrays.equals(bytes, 0, magic.length, magic, 0, magic.length);
  }

  private static Size sizeOf(ImageReader reader) throws IOException {
    return new Size(reader.getWidth(0), reader.getHeight(0));
  }

  private static Image toRgb(BufferedImage image) {
    Raster raster = image.getRaster();
    int pixels = image.getWidth() * image.getHeight();
    int bands = raster.getNumBands();
    int[] values = raster.getPixels(0, 0, image.getWidth(), image.getHeight(), (int[]) null);
    byte[] rgb = new byte[pixels * Image.CHANNELS];
    if (image.getColorModel() instanceof IndexColorModel palette) {
      fillFromPalette(rgb, values, palette);
    } else {
      fillFromBands(rgb, values, bands, image.getColorModel());
    }
    return Image.wrap(image.getWidth(), image.getHeight(), rgb);
  }

  private static void fillFromPalette(byte[] rgb, int[] values, IndexColorModel palette) {
    for (int i = 0; i < values.length; i++) {
      int colour = palette.getRGB(values[i]);
      rgb[i * Image.CHANNELS] = (byte) (colour >> 16);
      rgb[i * Image.CHANNELS + 1] = (byte) (colour >> 8);
      rgb[i * Image.CHANNELS + 2] = (byte) colour;
    }
  }

  private static void fillFromBands(byte[] rgb, int[] values, int bands, ColorModel model) {
    boolean grey = bands < Image.CHANNELS;
    int excessBits = Math.max(0, model.getComponentSize(0) - Byte.SIZE);
    for (int i = 0; i < rgb.length; i++) {
      int band = grey ? 0 : i % Image.CHANNELS;
      rgb[i] = (byte) (values[i / Image.CHANNELS * bands + band] >>> excessBits);
    }
  }

  /** The JPEG reader only warns when data is missing or nonsense and makes up the rest of the picture. */
  private static final class Damage implements IIOReadWarningListener {
    private String found;

    @Override
    public void warningOccurred(ImageReader source, String warning) {
      String text = warning.toLowerCase(Locale.ROOT);
      if (text.contains("premature end") || text.contains("bad huffman")) {
        found = warning;
      }
    }

    void check() throws IOException {
      if (found != null) {
        throw new IOException(found);
      }
    }
  }
}
