package io.volccv.error;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** The word that was probably meant. */
public final class Nearest {
  private Nearest() {}

  /** The closest of the words, unless even that one is far off. */
  public static Optional<String> to(String word, Collection<String> words) {
    return words.stream()
        .min(Comparator.comparingInt(known -> distance(word, known)))
        .filter(known -> distance(word, known) <= tolerance(word));
  }

  /** By the last part of a key alone: the long prefixes that all share say nothing. */
  private static int tolerance(String word) {
    return Math.max(1, (word.length() - word.lastIndexOf('.') - 1) / 3);
  }

  /** How many letters have to be changed, without regard to case. */
  static int distance(String first, String second) {
    String a = first.toLowerCase(Locale.ROOT);
    String b = second.toLowerCase(Locale.ROOT);
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
