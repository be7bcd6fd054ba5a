package io.qkformer.train.event.picture;

import java.awt.image.BufferedImage;
import java.io.Closeable;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;

/**
 * Writes frames one after the other into an animated GIF that repeats for ever. Source: the format of metadata
 * {@code javax_imageio_gif_image_1.0} of the Java platform; GIF89a; Netscape's extension of 1995 for repeats.
 */
final class AnimatedGif implements Closeable {
  private static final String FORMAT = "javax_imageio_gif_image_1.0";
  private static final int MILLIS_OF_A_TICK = 10;
  private static final int LONGEST_SIDE = 65_535;
  /** Block 1: so many repeats, 0 for no end. */
  private static final byte[] FOR_EVER = {1, 0, 0};

  private final ImageWriter writer;
  private final int frameMillis;
  private boolean started;

  AnimatedGif(ImageOutputStream out, int frameMillis) throws IOException {
    Iterator<ImageWriter> writers = ImageIO.getImageWritersByFormatName("gif");
    if (!writers.hasNext()) {
      throw new IOException("this Java has no writer of GIF files; expected the module java.desktop to have it");
    }
    this.writer = writers.next();
    this.frameMillis = frameMillis;
    writer.setOutput(out);
    writer.prepareWriteSequence(null);
  }

  static void requireSide(int pixels) {
    if (pixels > LONGEST_SIDE) {
      throw new IllegalArgumentException("side of a GIF: expected at most " + LONGEST_SIDE + " pixels, got " + pixels
          + "; take a smaller scale");
    }
  }

  /** Adds a frame; all have one size. */
  void add(BufferedImage frame) throws IOException {
    IIOMetadata metadata = writer.getDefaultImageMetadata(new ImageTypeSpecifier(frame), writer.getDefaultWriteParam());
    IIOMetadataNode root = (IIOMetadataNode) metadata.getAsTree(FORMAT);
    IIOMetadataNode control = child(root, "GraphicControlExtension");
    control.setAttribute("disposalMethod", "none");
    control.setAttribute("userInputFlag", "FALSE");
    control.setAttribute("transparentColorFlag", "FALSE");
    control.setAttribute("delayTime", Integer.toString(frameMillis / MILLIS_OF_A_TICK));
    control.setAttribute("transparentColorIndex", "0");
    if (!started) {
      IIOMetadataNode repeat = new IIOMetadataNode("ApplicationExtension");
      repeat.setAttribute("applicationID", "NETSCAPE");
      repeat.setAttribute("authenticationCode", "2.0");
      repeat.setUserObject(FOR_EVER.clone());
      child(root, "ApplicationExtensions").appendChild(repeat);
      started = true;
    }
    metadata.setFromTree(FORMAT, root);
    writer.writeToSequence(new IIOImage(frame, null, metadata), null);
  }

  private static IIOMetadataNode child(IIOMetadataNode parent, String name) {
    for (int i = 0; i < parent.getLength(); i++) {
      if (parent.item(i).getNodeName().equals(name)) {
        return (IIOMetadataNode) parent.item(i);
      }
    }
    IIOMetadataNode made = new IIOMetadataNode(name);
    parent.appendChild(made);
    return made;
  }

  @Override
  public void close() throws IOException {
    try {
      writer.endWriteSequence();
    } finally {
      writer.dispose();
    }
  }
}
