package io.github.compacter4j.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tokenizer of encoders on tiny vocabularies written here. */
class PairTokenizerTest {
  private static final String BERT =
      """
      {"type":"TemplateProcessing",
       "single":[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":0}},
                 {"SpecialToken":{"id":"[SEP]","type_id":0}}],
       "pair":[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":0}},
               {"SpecialToken":{"id":"[SEP]","type_id":0}},{"Sequence":{"id":"B","type_id":1}},
               {"SpecialToken":{"id":"[SEP]","type_id":1}}],
       "special_tokens":{"[CLS]":{"id":"[CLS]","ids":[1],"tokens":["[CLS]"]},
                         "[SEP]":{"id":"[SEP]","ids":[2],"tokens":["[SEP]"]}}}""";
  private static final String ROBERTA =
      """
      {"type":"RobertaProcessing","sep":["[SEP]",2],"cls":["[CLS]",1],
       "trim_offsets":true,"add_prefix_space":false}""";

  @TempDir Path folder;

  /** Carries padding and truncation of its own, which must not show. */
  private PairTokenizer tokenizer(String processor) throws IOException {
    Path file = folder.resolve("tokenizer.json");
    Files.writeString(
        file,
        """
        {"version":"1.0",
         "truncation":{"direction":"Right","max_length":4,"strategy":"LongestFirst","stride":0},
         "padding":{"strategy":{"Fixed":9},"direction":"Right","pad_to_multiple_of":null,
                    "pad_id":0,"pad_type_id":0,"pad_token":"[PAD]"},
         "added_tokens":[],
         "normalizer":null,"pre_tokenizer":{"type":"Whitespace"},"post_processor":%s,"decoder":null,
         "model":{"type":"WordLevel","unk_token":"[UNK]",
                  "vocab":{"[PAD]":0,"[CLS]":1,"[SEP]":2,"[UNK]":3,"a":4,"b":5,"c":6,"d":7}}}"""
            .formatted(processor));
    return PairTokenizer.load(folder);
  }

  private static EncodedPair encode(PairTokenizer tokenizer, TextPair row, int maxLength) {
    return tokenizer.encodeAll(List.of(row), maxLength).get(0);
  }

  @Test
  void aTextAndAPairHaveTheirSpecialTokensAndTypes() throws IOException {
    try (PairTokenizer tokenizer = tokenizer(BERT)) {
      assertEquals(8, tokenizer.length());
      EncodedPair one = encode(tokenizer, TextPair.of("a b c d a b"), 20);
      assertArrayEquals(new int[] {1, 4, 5, 6, 7, 4, 5, 2}, one.ids());
      assertFalse(one.truncated());
      EncodedPair two = encode(tokenizer, TextPair.of("a b", "c"), 20);
      assertArrayEquals(new int[] {1, 4, 5, 2, 6, 2}, two.ids());
      assertArrayEquals(new int[] {0, 0, 0, 0, 1, 1}, two.types());
    }
  }

  @Test
  void theLongerTextGivesWayFirst() throws IOException {
    try (PairTokenizer tokenizer = tokenizer(BERT)) {
      TextPair row = TextPair.of("a b c d a b c d", "c d");
      EncodedPair cut = encode(tokenizer, row, 8);
      assertArrayEquals(new int[] {1, 4, 5, 6, 2, 6, 7, 2}, cut.ids());
      assertArrayEquals(new int[] {0, 0, 0, 0, 0, 1, 1, 1}, cut.types());
      assertTrue(cut.truncated());
      EncodedPair single = encode(tokenizer, TextPair.of("a b c d"), 5);
      assertArrayEquals(new int[] {1, 4, 5, 6, 2}, single.ids());
      EncodedPair empty = encode(tokenizer, TextPair.of("", "a b c d"), 5);
      assertArrayEquals(new int[] {1, 2, 4, 5, 2}, empty.ids());
    }
  }

  @Test
  void robertaSetsTwoEndsBetweenTexts() throws IOException {
    try (PairTokenizer tokenizer = tokenizer(ROBERTA)) {
      EncodedPair two = encode(tokenizer, TextPair.of("a b c", "c d a"), 8);
      assertArrayEquals(new int[] {1, 4, 5, 2, 2, 6, 7, 2}, two.ids());
      assertArrayEquals(new int[8], two.types());
    }
  }

  @Test
  void lengthsOfTextsThatShareTheRoom() {
    assertArrayEquals(new int[] {2, 7}, PairTokenizer.longestFirst(2, 20, 9));
    assertArrayEquals(new int[] {7, 2}, PairTokenizer.longestFirst(20, 2, 9));
    assertArrayEquals(new int[] {4, 5}, PairTokenizer.longestFirst(20, 20, 9));
    assertArrayEquals(new int[] {5, 4}, PairTokenizer.longestFirst(21, 20, 9));
    assertArrayEquals(new int[] {9, 0}, PairTokenizer.longestFirst(20, 0, 9));
  }

  @Test
  void aTokenizerWithoutSpecialTokensIsRefused() {
    UserException refused = assertThrows(UserException.class, () -> tokenizer("null"));
    assertTrue(refused.getMessage().contains("special tokens around texts"), refused.getMessage());
  }

  @Test
  void noRoomForATextIsRefused() throws IOException {
    try (PairTokenizer tokenizer = tokenizer(BERT)) {
      TextPair row = TextPair.of("a", "b");
      UserException refused = assertThrows(UserException.class, () -> encode(tokenizer, row, 3));
      assertTrue(refused.getMessage().contains("expected at least 4"), refused.getMessage());
    }
  }
}
