package io.qkformer.inference;

import io.qkformer.kernel.BitSquare;

/** The channels of one frame of spikes as columns of bits over its tokens. */
final class BitColumns {

  private final int columnWords;
  private final long[] columns;

  /** Turns the rows of a frame into columns. */
  BitColumns(SpikeMap map, int frame) {
    int tokens = map.shape().tokens();
    int rowWords = map.rowWords();
    this.columnWords = (tokens + 63) >>> 6;
    this.columns = new long[rowWords * 64 * columnWords];
    long[] block = new long[64];
    for (int tokenBlock = 0; tokenBlock < columnWords; tokenBlock++) {
      int rows = Math.min(64, tokens - 64 * tokenBlock);
      for (int index = 0; index < rowWords; index++) {
        for (int row = 0; row < 64; row++) {
          block[row] = row < rows ? map.word(frame * tokens + 64 * tokenBlock + row, index) : 0;
        }
        BitSquare.transpose(block);
        for (int bit = 0; bit < 64; bit++) {
          columns[(64 * index + bit) * columnWords + tokenBlock] = block[bit];
        }
      }
    }
  }

  /** In how many tokens a channel spikes. */
  int count(int channel) {
    int count = 0;
    for (int i = 0; i < columnWords; i++) {
      count += Long.bitCount(columns[channel * columnWords + i]);
    }
    return count;
  }

  /**
   * In how many tokens a channel spikes together with each of {@code n} channels of another frame: a row of
   * {@code K^T V}.
   */
  void meet(int channel, BitColumns other, int first, int n, float[] target, int at) {
    if (columnWords == 1) {
      long own = columns[channel];
      for (int j = 0; j < n; j++) {
        target[at + j] = Long.bitCount(own & other.columns[first + j]);
      }
      return;
    }
    for (int j = 0; j < n; j++) {
      int count = 0;
      for (int i = 0; i < columnWords; i++) {
        count += Long.bitCount(columns[channel * columnWords + i] & other.columns[(first + j) * columnWords + i]);
      }
      target[at + j] = count;
    }
  }
}
