package io.qkformer.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads weights from a file of any format that this library knows, told apart by content, not by name. */
public final class WeightFiles {
  private static final int HEAD_BYTES = 9;
  private static final int PICKLE_FIRST_BYTE = 0x80;

  private WeightFiles() {}

  /**
   * Returns the weights of a PyTorch checkpoint or a safetensors file.
   *
   * @throws CheckpointFormatException if the content is damaged, refused, or of neither format
   * @throws IOException if the file cannot be read
   * @see TorchCheckpoint#read
   * @see SafeTensors#read
   */
  public static StateDict read(Path file) throws IOException {
    byte[] head;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(HEAD_BYTES);
    } catch (IOException e) {
      throw CheckpointFormatException.in(file, e);
    }
    return isTorch(head) ? TorchCheckpoint.read(file) : SafeTensors.read(file);
  }

  private static boolean isTorch(byte[] head) {
    if (head.length < HEAD_BYTES) {
      return false;
    }
    boolean zip = head[0] == 'P' && head[1] == 'K' && head[2] == 3 && head[3] == 4;
    boolean pickle = (head[0] & 0xff) == PICKLE_FIRST_BYTE;
    // The length of a safetensors header may begin with the same byte as a pickle.
    boolean safeTensors = head[6] == 0 && head[7] == 0 && head[8] == '{';
    return !safeTensors && (zip || pickle);
  }
}
