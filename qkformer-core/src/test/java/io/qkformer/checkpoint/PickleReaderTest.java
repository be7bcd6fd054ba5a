package io.qkformer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.checkpoint.CheckpointFormatException.Problem;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PickleReaderTest {
  private static Object read(byte[] pickle) throws CheckpointFormatException {
    return PickleReader.read(new PickleInput(pickle), new TorchVocabulary());
  }

  private static byte[] hex(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  private static void assertRefused(byte[] pickle, Problem problem, String message) {
    assertThatThrownBy(() -> read(pickle))
        .isInstanceOfSatisfying(CheckpointFormatException.class,
            e -> assertThat(e.problem()).isEqualTo(problem))
        .hasMessageContaining(message);
  }

  /** What CPython makes of {'a': [1, -2, 2**70, 1.5, True, None], 3: ('b', (), {4})}. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5})
  void everyProtocolGivesTheSameValues(int protocol) throws CheckpointFormatException {
    Object value = read(CPythonPickles.MIXED.get(protocol));
    assertThat(value)
        .isInstanceOfSatisfying(PickleValue.Dict.class, dict -> {
      assertThat(dict.entries().stream().map(Map.Entry::getKey)).containsExactly("a", 3L);
      List<Object> list = ((PickleValue.Sequence) dict.get("a")).items();
      assertThat(list).startsWith(1L, -2L, BigInteger.TWO.pow(70), 1.5, true, null);
      assertThat(list).hasSize(6);
      List<Object> tuple = ((PickleValue.Tuple) dict.entries().stream().skip(1).findFirst().orElseThrow()
          .getValue()).items();
      assertThat(tuple.get(0)).isEqualTo("b");
      assertThat(((PickleValue.Tuple) tuple.get(1)).items()).isEmpty();
    });
  }

  @ParameterizedTest
  @CsvSource({"os, system", "posix, system", "builtins, eval", "builtins, getattr", "__builtin__, exec",
      "subprocess, Popen", "torch, load", "torch.hub, load", "numpy.testing._private.utils, runstring",
      "java.lang, Runtime", "__main__, Model"})
  void otherConstructorsAreRefusedByTheirFullName(String module, String name) {
    byte[] classic = PickleBytes.protocol(2).global(module, name).text("touch /tmp/owned")
        .op(PickleOpcode.TUPLE1).op(PickleOpcode.REDUCE).stop();
    assertRefused(classic, Problem.REFUSED, "refused: constructor " + module + "." + name + " at byte 2");
    byte[] modern = PickleBytes.protocol(4).text(module).text(name).op(PickleOpcode.STACK_GLOBAL)
        .text("touch /tmp/owned").op(PickleOpcode.TUPLE1).op(PickleOpcode.REDUCE).stop();
    assertRefused(modern, Problem.REFUSED, module + "." + name);
    assertRefused(modern, Problem.REFUSED, "nothing was executed");
  }

  @Test
  void dottedNamesReachNothingBehindTheList() {
    assertRefused(PickleBytes.protocol(4).text("collections").text("OrderedDict.__init__.__globals__")
        .op(PickleOpcode.STACK_GLOBAL).stop(), Problem.REFUSED,
        "collections.OrderedDict.__init__.__globals__");
  }

  @ParameterizedTest
  @ValueSource(strings = {"69", "6f", "82 01", "83 01 00", "84 01 00 00 00",
      "97", "98", "50 61 0a", "49 31 0a", "ff"})
  void opcodesThatNoTensorFileNeedsAreRefused(String opcode) {
    assertRefused(hex("8002 28" + opcode + "2e"), Problem.UNSUPPORTED, "opcode 0x" + opcode.substring(0, 2));
  }

  @ParameterizedTest
  @CsvSource({
      "8002 2e, nothing on the stack",
      "8002 30 2e, nothing on the stack",
      "8002 85 2e, too little on the stack",
      "8002 4e 28 30 2e, nothing on the stack",
      "8002 74 2e, no mark",
      "8002 6800 2e, nothing memorised under 0",
      "8002 6a ffffffff 2e, nothing memorised under 4294967295",
      "8002 4e 4e 61 2e, items for what is no list",
      "8002 4e 4e 4e 73 2e, entries for what is no dictionary",
      "8002 7d 28 4e 75 2e, a key without a value",
      "8002 4e 29 52 2e, a call of what is no constructor",
      "8002 29 4e 93 2e, a name that is no text",
      "8002 58 01000000 ff 2e, not valid UTF-8",
      "8002 4e 51 2e, a storage is not a tuple",
      "2e, no pickle of protocol",
      "8002 4e 62 2e, nothing on the stack"})
  void nonsenseIsCorrupt(String pickle, String message) {
    assertRefused(hex(pickle), Problem.CORRUPT, message);
  }

  @ParameterizedTest
  @CsvSource({
      "8002 58 ffffffff 61, 4294967295 more bytes",
      "8004 8d ffffffffffffff7f 61, 9223372036854775807 more bytes",
      "8004 8d ffffffffffffffff 61, 18446744073709551615 more bytes",
      "8005 96 ffffffff00000000 61, 4294967295",
      "8002 8b 00020000 01, 512 more bytes",
      "8004 95 ff00000000000000 4e, 255 more bytes",
      "8002, 1 more bytes",
      "8002 54 ffffffff, more bytes",
      "8002 8b ffffffff, more bytes",
      "8002 63 6f 73, 1 more bytes"})
  void announcedLengthsAreCheckedBeforeMemoryIsTaken(String pickle, String message) {
    assertRefused(hex(pickle), Problem.TRUNCATED, message);
  }

  @Test
  void otherProtocolsAreRefused() {
    assertRefused(hex("8001 4e 2e"), Problem.UNSUPPORTED, "pickle protocol 1, expected 2 to 5");
    assertRefused(hex("8006 4e 2e"), Problem.UNSUPPORTED, "pickle protocol 6, expected 2 to 5");
  }

  @Test
  void structuresThatContainThemselvesAreHarmless() throws CheckpointFormatException {
    // l = []; l.append(l); d = {l: d}
    Object list = read(hex("8002 5d 7100 6800 61 2e"));
    assertThat(((PickleValue.Sequence) list).items().get(0)).isSameAs(list);
    Object dict = read(hex("8002 7d 7100 6800 6800 73 2e"));
    assertThat(((PickleValue.Dict) dict).entries()).hasSize(1);
  }

  @Test
  void exponentialSharingIsHarmless() throws CheckpointFormatException {
    PickleBytes pickle = PickleBytes.protocol(2).op(PickleOpcode.EMPTY_TUPLE);
    for (int i = 0; i < 10_000; i++) {
      pickle.op(PickleOpcode.DUP).op(PickleOpcode.TUPLE2);
    }
    assertThat(read(pickle.stop())).isInstanceOf(PickleValue.Tuple.class);
  }

  @Test
  void deepNestingIsHarmless() throws CheckpointFormatException {
    byte[] deep = new byte[600_003];
    Arrays.fill(deep, (byte) PickleOpcode.TUPLE1);
    deep[0] = (byte) PickleOpcode.PROTO;
    deep[1] = 2;
    deep[2] = PickleOpcode.NONE;
    deep[deep.length - 1] = PickleOpcode.STOP;
    assertThat(read(deep)).isInstanceOf(PickleValue.Tuple.class);
  }

  @Test
  void numberOfOpcodesIsLimited() {
    byte[] marks = new byte[PickleReader.MAX_OPCODES + 10];
    Arrays.fill(marks, (byte) PickleOpcode.EMPTY_TUPLE);
    marks[0] = (byte) PickleOpcode.PROTO;
    marks[1] = 2;
    assertRefused(marks, Problem.UNSUPPORTED, "more than 2000000 opcodes");
  }

  @Test
  void hugeIntegersAreRefused() {
    byte[] pickle = Arrays.copyOf(hex("8002 8b 00000100"), 70_000);
    assertRefused(pickle, Problem.UNSUPPORTED, "an integer of 65536 bytes");
  }
}
