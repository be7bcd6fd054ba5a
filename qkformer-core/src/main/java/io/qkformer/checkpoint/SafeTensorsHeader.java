package io.qkformer.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON header of a safetensors file: which tensor lies where. Parsed strictly, and complete: the tensors
 * cover the data without overlap or hole. Format: https://github.com/huggingface/safetensors#format
 */
record SafeTensorsHeader(List<Tensor> tensors, Map<String, String> metadata) {
  /** As in the reference implementation. */
  static final int MAX_BYTES = 100_000_000;
  static final String METADATA = "__metadata__";

  private static final String DTYPE = "dtype";
  private static final String SHAPE = "shape";
  private static final String DATA_OFFSETS = "data_offsets";
  private static final int ALIGNMENT = 8;
  // Names are not interned and not kept in the factory's shared symbol table: they come from foreign files.
  private static final JsonFactory JSON = JsonFactory.builder()
      .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(3).maxNumberLength(20).build())
      .build();

  /** One tensor: its bytes are [begin, end) of the data behind the header. */
  record Tensor(String name, ElementType type, long[] shape, long begin, long end) {
    long count() {
      return (end - begin) / type.bytes();
    }
  }

  /** Parses a header whose file holds {@code dataBytes} bytes of data. */
  static SafeTensorsHeader parse(byte[] header, long dataBytes) throws CheckpointFormatException {
    if (header.length == 0 || header[0] != '{') {
      throw CheckpointFormatException.corrupt("the safetensors header does not start with '{'");
    }
    List<Tensor> tensors = new ArrayList<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    try (JsonParser json = JSON.createParser(utf8(header))) {
      json.nextToken();
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        expect(json, json.nextToken(), JsonToken.START_OBJECT, name);
        if (name.equals(METADATA)) {
          readMetadata(json, metadata);
        } else {
          tensors.add(readTensor(json, name));
          TensorMemory.requirePlausibleNumber(tensors.size());
        }
      }
      if (json.nextToken() != null) {
        throw CheckpointFormatException.corrupt("the safetensors header goes on behind its JSON object");
      }
    } catch (CheckpointFormatException e) {
      throw e;
    } catch (JsonProcessingException e) {
      throw CheckpointFormatException.corrupt("the safetensors header is not the expected JSON: %s",
          e.getOriginalMessage());
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory cannot fail", e);
    }
    requireCoverage(tensors, dataBytes);
    return new SafeTensorsHeader(List.copyOf(tensors), metadata);
  }

  private static String utf8(byte[] header) throws CheckpointFormatException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(header)).toString();
    } catch (CharacterCodingException e) {
      throw CheckpointFormatException.corrupt("the safetensors header is not valid UTF-8");
    }
  }

  private static void expect(JsonParser json, JsonToken actual, JsonToken expected, String where)
      throws CheckpointFormatException {
    if (actual != expected) {
      throw CheckpointFormatException.corrupt("safetensors header, '%s': expected %s, got %s at column %d",
          where, expected, actual, json.currentTokenLocation().getColumnNr());
    }
  }

  private static void readMetadata(JsonParser json, Map<String, String> metadata) throws IOException {
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String key = json.currentName();
      expect(json, json.nextToken(), JsonToken.VALUE_STRING, METADATA + "." + key);
      metadata.put(key, json.getText());
    }
  }

  private static Tensor readTensor(JsonParser json, String name) throws IOException {
    requireEncodable(name);
    String dtype = null;
    long[] shape = null;
    long[] offsets = null;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String field = json.currentName();
      JsonToken value = json.nextToken();
      switch (field) {
        case DTYPE -> {
          expect(json, value, JsonToken.VALUE_STRING, name + "." + field);
          dtype = json.getText();
        }
        case SHAPE -> shape = readLongs(json, value, name + "." + field, TensorMemory.MAX_RANK);
        case DATA_OFFSETS -> offsets = readLongs(json, value, name + "." + field, 2);
        default -> throw CheckpointFormatException.unsupported("tensor '%s' has the unknown field '%s'", name,
            field);
      }
    }
    if (dtype == null || shape == null || offsets == null || offsets.length != 2) {
      throw CheckpointFormatException.corrupt("tensor '%s' needs dtype, shape and two data_offsets", name);
    }
    return tensor(name, dtype, shape, offsets[0], offsets[1]);
  }

  private static void requireEncodable(String name) throws CheckpointFormatException {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
      throw CheckpointFormatException.corrupt("a tensor name has half a surrogate pair: '%s'", name);
    }
  }

  private static long[] readLongs(JsonParser json, JsonToken first, String where, int limit)
      throws IOException {
    expect(json, first, JsonToken.START_ARRAY, where);
    long[] values = new long[limit];
    int count = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      expect(json, json.currentToken(), JsonToken.VALUE_NUMBER_INT, where);
      if (count == limit) {
        throw CheckpointFormatException.unsupported("safetensors header, '%s' has more than %d values", where,
            limit);
      }
      values[count++] = json.getLongValue();
    }
    return Arrays.copyOf(values, count);
  }

  private static Tensor tensor(String name, String dtype, long[] shape, long begin, long end)
      throws CheckpointFormatException {
    ElementType type = Arrays.stream(ElementType.values())
        .filter(candidate -> candidate.name().equals(dtype))
        .findFirst()
        .orElseThrow(() -> CheckpointFormatException.unsupported("tensor '%s' has dtype '%s'; read are F64, "
            + "F32, F16, BF16, I64, I32, I16, I8 and U8", name, dtype));
    long count = TensorMemory.count(name, shape);
    TensorMemory.requireLoadable(name, type, count);
    if (begin < 0 || end < begin || end - begin != count * type.bytes()) {
      throw CheckpointFormatException.corrupt("tensor '%s' %s of %s needs %d bytes, its data_offsets are "
          + "[%d, %d]", name, Arrays.toString(shape), dtype, count * type.bytes(), begin, end);
    }
    return new Tensor(name, type, shape, begin, end);
  }

  private static void requireCoverage(List<Tensor> tensors, long dataBytes) throws CheckpointFormatException {
    List<Tensor> byPlace = new ArrayList<>(tensors);
    byPlace.sort(Comparator.comparingLong(Tensor::begin).thenComparingLong(Tensor::end));
    long covered = 0;
    for (Tensor tensor : byPlace) {
      if (tensor.begin() != covered) {
        throw CheckpointFormatException.corrupt("tensor '%s' begins at byte %d of the data, expected %d: %s",
            tensor.name(), tensor.begin(), covered, tensor.begin() < covered ? "an overlap" : "a hole");
      }
      covered = tensor.end();
    }
    if (covered > dataBytes) {
      throw CheckpointFormatException.truncated("%d bytes of tensor data announced, %d there", covered,
          dataBytes);
    }
    if (covered < dataBytes) {
      throw CheckpointFormatException.corrupt("%d bytes behind the last tensor", dataBytes - covered);
    }
  }

  /**
   * Returns the header as JSON, padded with spaces so that the data behind header and length begins aligned.
   */
  byte[] toBytes() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart(METADATA);
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
          json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
      }
      for (Tensor tensor : tensors) {
        json.writeObjectFieldStart(tensor.name());
        json.writeStringField(DTYPE, tensor.type().name());
        json.writeFieldName(SHAPE);
        json.writeArray(tensor.shape(), 0, tensor.shape().length);
        json.writeFieldName(DATA_OFFSETS);
        json.writeArray(new long[] {tensor.begin(), tensor.end()}, 0, 2);
        json.writeEndObject();
      }
      json.writeEndObject();
    }
    while (bytes.size() % ALIGNMENT != 0) {
      bytes.write(' ');
    }
    return bytes.toByteArray();
  }
}
