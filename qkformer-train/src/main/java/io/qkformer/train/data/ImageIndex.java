package io.qkformer.train.data;

import java.util.List;
import java.util.Objects;

/**
 * The image files of one split, by class.
 *
 * @param classNames in the order of the labels
 * @param ends for each class the number of files up to and with it; rises
 * @param names the files of one class after the other, relative to the class's folder
 */
record ImageIndex(List<String> classNames, int[] ends, NameTable names) {
  /** Joins the files of each class. */
  static ImageIndex of(List<String> classNames, List<NameTable> files) throws DatasetException {
    NameTable names = NameTable.join(files);
    int[] ends = new int[files.size()];
    int end = 0;
    for (int i = 0; i < ends.length; i++) {
      end += files.get(i).size();
      ends[i] = end;
    }
    return new ImageIndex(List.copyOf(classNames), ends, names);
  }

  int size() {
    return names.size();
  }

  /** The number of files of a class. */
  int size(int label) {
    return label == 0 ? ends[0] : ends[label] - ends[label - 1];
  }

  int label(int index) {
    Objects.checkIndex(index, size());
    int low = 0;
    int high = ends.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ends[middle] > index) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** A file, relative to the split's folder. */
  String file(int index) {
    return classNames.get(label(index)) + "/" + names.get(index);
  }
}
