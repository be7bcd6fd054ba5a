package io.qkformer.checkpoint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads one pickle of protocol 2 to 5 as inert data: a stack machine that knows containers and scalars, and
 * asks a {@link PickleVocabulary} for everything that has a name. Opcodes as in Python's {@code pickletools};
 * those of protocols 0 and 1, extension codes and out-of-band buffers are not read.
 *
 * <p>The number of opcodes is limited: an opcode of one byte can make an object of a hundred.
 */
final class PickleReader {
  static final int MAX_OPCODES = 2_000_000;
  private static final int LOWEST_PROTOCOL = 2;
  private static final int HIGHEST_PROTOCOL = 5;

  private final PickleInput in;
  private final PickleVocabulary vocabulary;
  private final List<Object> stack = new ArrayList<>();
  /** Stack heights at the open marks. */
  private final List<Integer> marks = new ArrayList<>();
  private final Map<Long, Object> memo = new HashMap<>();

  private PickleReader(PickleInput in, PickleVocabulary vocabulary) {
    this.in = in;
    this.vocabulary = vocabulary;
  }

  /** Reads the pickle that begins at the input's position, and leaves the position behind it. */
  static Object read(PickleInput in, PickleVocabulary vocabulary) throws CheckpointFormatException {
    return new PickleReader(in, vocabulary).read();
  }

  private Object read() throws CheckpointFormatException {
    if (in.u8() != PickleOpcode.PROTO) {
      throw CheckpointFormatException.corrupt("no pickle of protocol %d to %d at byte %d", LOWEST_PROTOCOL,
          HIGHEST_PROTOCOL, in.position() - 1);
    }
    protocol();
    for (int opcodes = 0; opcodes < MAX_OPCODES; opcodes++) {
      int opcode = in.u8();
      if (opcode == PickleOpcode.STOP) {
        return pop();
      }
      execute(opcode);
    }
    throw CheckpointFormatException.unsupported("the pickle has more than %d opcodes", MAX_OPCODES);
  }

  private void execute(int opcode) throws CheckpointFormatException {
    switch (opcode) {
      case PickleOpcode.PROTO -> protocol();
      case PickleOpcode.FRAME -> in.frame();
      case PickleOpcode.NONE -> stack.add(null);
      case PickleOpcode.NEWTRUE -> stack.add(Boolean.TRUE);
      case PickleOpcode.NEWFALSE -> stack.add(Boolean.FALSE);
      case PickleOpcode.BININT -> stack.add((long) in.i32());
      case PickleOpcode.BININT1 -> stack.add((long) in.u8());
      case PickleOpcode.BININT2 -> stack.add((long) in.u16());
      case PickleOpcode.LONG1 -> stack.add(in.integer(in.u8()));
      case PickleOpcode.LONG4 -> stack.add(in.integer(in.i32()));
      case PickleOpcode.BINFLOAT -> stack.add(in.f64BigEndian());
      case PickleOpcode.BINUNICODE -> stack.add(in.utf8(in.u32()));
      case PickleOpcode.SHORT_BINUNICODE -> stack.add(in.utf8(in.u8()));
      case PickleOpcode.BINUNICODE8 -> stack.add(in.utf8(in.i64()));
      case PickleOpcode.BINSTRING -> stack.add(in.latin1(in.i32()));
      case PickleOpcode.SHORT_BINSTRING -> stack.add(in.latin1(in.u8()));
      case PickleOpcode.BINBYTES -> stack.add(in.bytes(in.u32()));
      case PickleOpcode.SHORT_BINBYTES -> stack.add(in.bytes(in.u8()));
      case PickleOpcode.BINBYTES8, PickleOpcode.BYTEARRAY8 -> stack.add(in.bytes(in.i64()));
      case PickleOpcode.MARK -> marks.add(stack.size());
      case PickleOpcode.POP -> pop();
      case PickleOpcode.POP_MARK -> popToMark();
      case PickleOpcode.DUP -> stack.add(top());
      case PickleOpcode.EMPTY_LIST, PickleOpcode.EMPTY_SET -> stack.add(new PickleValue.Sequence());
      case PickleOpcode.EMPTY_DICT -> stack.add(new PickleValue.Dict());
      case PickleOpcode.EMPTY_TUPLE -> stack.add(new PickleValue.Tuple(List.of()));
      case PickleOpcode.TUPLE1 -> stack.add(new PickleValue.Tuple(pop(1)));
      case PickleOpcode.TUPLE2 -> stack.add(new PickleValue.Tuple(pop(2)));
      case PickleOpcode.TUPLE3 -> stack.add(new PickleValue.Tuple(pop(3)));
      case PickleOpcode.TUPLE -> stack.add(new PickleValue.Tuple(popToMark()));
      case PickleOpcode.LIST, PickleOpcode.FROZENSET -> stack.add(sequence(popToMark()));
      case PickleOpcode.DICT -> {
        List<Object> items = popToMark();
        stack.add(new PickleValue.Dict());
        putAll(items);
      }
      case PickleOpcode.APPEND -> append(pop(1));
      case PickleOpcode.APPENDS, PickleOpcode.ADDITEMS -> append(popToMark());
      case PickleOpcode.SETITEM -> putAll(pop(2));
      case PickleOpcode.SETITEMS -> putAll(popToMark());
      case PickleOpcode.BINPUT -> memo.put((long) in.u8(), top());
      case PickleOpcode.LONG_BINPUT -> memo.put(in.u32(), top());
      case PickleOpcode.MEMOIZE -> memo.put((long) memo.size(), top());
      case PickleOpcode.BINGET -> stack.add(recall(in.u8()));
      case PickleOpcode.LONG_BINGET -> stack.add(recall(in.u32()));
      case PickleOpcode.GLOBAL -> {
        int position = in.position() - 1;
        stack.add(vocabulary.global(in.line(), in.line(), position));
      }
      case PickleOpcode.STACK_GLOBAL -> {
        List<Object> names = pop(2);
        stack.add(vocabulary.global(text(names.get(0)), text(names.get(1)), in.position() - 1));
      }
      // __new__ with arguments is a call to us: nothing is an instance of anything.
      case PickleOpcode.REDUCE, PickleOpcode.NEWOBJ -> call(pop(2));
      case PickleOpcode.NEWOBJ_EX -> call(pop(3));
      case PickleOpcode.BUILD -> build();
      case PickleOpcode.BINPERSID -> stack.add(vocabulary.persistent(pop()));
      default -> throw CheckpointFormatException.unsupported("opcode 0x%02x at byte %d of the pickle", opcode,
          in.position() - 1);
    }
  }

  private void protocol() throws CheckpointFormatException {
    int protocol = in.u8();
    if (protocol < LOWEST_PROTOCOL || protocol > HIGHEST_PROTOCOL) {
      throw CheckpointFormatException.unsupported("pickle protocol %d, expected %d to %d", protocol,
          LOWEST_PROTOCOL, HIGHEST_PROTOCOL);
    }
  }

  private CheckpointFormatException malformed(String what) {
    return CheckpointFormatException.corrupt("%s at byte %d of the pickle", what, in.position() - 1);
  }

  private int floor() {
    return marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
  }

  private Object top() throws CheckpointFormatException {
    if (stack.size() <= floor()) {
      throw malformed("nothing on the stack");
    }
    return stack.get(stack.size() - 1);
  }

  private Object pop() throws CheckpointFormatException {
    Object top = top();
    stack.remove(stack.size() - 1);
    return top;
  }

  private List<Object> pop(int count) throws CheckpointFormatException {
    if (stack.size() - count < floor()) {
      throw malformed("too little on the stack");
    }
    return cut(stack.size() - count);
  }

  private List<Object> popToMark() throws CheckpointFormatException {
    if (marks.isEmpty()) {
      throw malformed("no mark");
    }
    return cut(marks.remove(marks.size() - 1));
  }

  private List<Object> cut(int height) {
    List<Object> upper = stack.subList(height, stack.size());
    List<Object> items = Arrays.asList(upper.toArray());
    upper.clear();
    return items;
  }

  private static PickleValue.Sequence sequence(List<Object> items) {
    PickleValue.Sequence sequence = new PickleValue.Sequence();
    sequence.addAll(items);
    return sequence;
  }

  private void append(List<Object> items) throws CheckpointFormatException {
    Object target = top();
    if (target instanceof PickleValue.Sequence sequence) {
      sequence.addAll(items);
    } else if (!(target instanceof PickleValue.Inert)) {
      throw malformed("items for what is no list");
    }
  }

  private void putAll(List<Object> items) throws CheckpointFormatException {
    Object target = top();
    if (items.size() % 2 != 0) {
      throw malformed("a key without a value");
    }
    if (target instanceof PickleValue.Dict dict) {
      for (int i = 0; i < items.size(); i += 2) {
        dict.put(items.get(i), items.get(i + 1));
      }
    } else if (!(target instanceof PickleValue.Inert)) {
      throw malformed("entries for what is no dictionary");
    }
  }

  private Object recall(long index) throws CheckpointFormatException {
    if (!memo.containsKey(index)) {
      throw malformed("nothing memorised under " + index);
    }
    return memo.get(index);
  }

  private String text(Object value) throws CheckpointFormatException {
    if (value instanceof String text) {
      return text;
    }
    throw malformed("a name that is no text");
  }

  private void call(List<Object> calleeAndArguments) throws CheckpointFormatException {
    if (calleeAndArguments.get(0) instanceof PickleVocabulary.Constructor constructor
        && calleeAndArguments.get(1) instanceof PickleValue.Tuple arguments) {
      stack.add(constructor.construct(arguments.items()));
    } else {
      throw malformed("a call of what is no constructor");
    }
  }

  /**
   * An object's state: a tensor has none, an ordered dictionary only notes on versions, the others are not
   * read.
   */
  private void build() throws CheckpointFormatException {
    pop();
    top();
  }
}
