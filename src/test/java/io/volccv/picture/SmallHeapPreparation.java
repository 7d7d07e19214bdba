package io.volccv.picture;

import io.volccv.client.FileSpool;
import io.volccv.error.InvalidRequestException;
import io.volccv.model.Content;
import io.volccv.model.PictureLimits;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Prepares the pictures that it is given in a process of its own with a small heap, with the limits
 * that the shipped routes have and those of the vendor, and prints what became of each.
 */
final class SmallHeapPreparation {

  private SmallHeapPreparation() {}

  public static void main(String[] args) throws Exception {
    Preparation preparation = new Preparation(100_000_000, 4096 * 4096);
    PictureLimits limits = new PictureLimits(4_928_307, 4096 * 4096, 0);
    try (FileSpool spool = FileSpool.open(Path.of(args[0]), 0)) {
      for (String picture : Arrays.asList(args).subList(1, args.length)) {
        try {
          Content made = preparation.prepare(Content.of(Path.of(picture)), limits, spool);
          PictureFacts facts = PictureFacts.of(made).orElseThrow();
          System.out.println(facts.format() + " " + facts.width() + "x" + facts.height());
        } catch (InvalidRequestException e) {
          System.out.println(e.getMessage());
        }
      }
    }
  }
}
