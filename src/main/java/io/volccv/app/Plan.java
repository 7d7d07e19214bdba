package io.volccv.app;

import io.volccv.error.CvException;
import io.volccv.error.Printable;
import io.volccv.files.InputFilter;
import io.volccv.files.Inputs;
import io.volccv.ledger.JobReleases;
import io.volccv.ledger.JobReleases.Standing;
import io.volccv.ledger.Ledger.Wish;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.FluentProducerTemplate;
import org.apache.camel.component.file.FileEndpoint;
import org.apache.camel.support.DefaultExchange;
import org.jspecify.annotations.Nullable;

/**
 * What a run would do with the photos of the folder source. They go through the routes as these are
 * in {@code routes/}, with a ledger that lets no call be made; so what a plan says is what a run
 * does, whatever a route author changed.
 */
final class Plan {
  private static final String SOURCE = "from-folder";
  private static final String MIDDLE = "direct:picture";

  /** What happens with one input. */
  enum Action {
    /** A call is made, which costs money. */
    CALL,
    /** The job goes on, or was done before: nothing is paid. */
    FREE,
    /** It is put away as it is: perhaps paid, or failed for good before. */
    NO_CALL,
    /** Nothing is sent, since something is wrong with it. */
    REFUSED
  }

  /**
   * One input.
   *
   * @param name its path below the inbox
   * @param prompt the prompt, empty when it did not come so far
   * @param wish the call as it would be claimed; null when it is refused
   * @param why what comes of it, or what is wrong
   */
  record Step(String name, String prompt, @Nullable Wish wish, Action action, String why) {

    boolean isCall() {
      return action == Action.CALL;
    }
  }

  private final Settings settings;
  private final Optional<JobReleases> jobs;
  private final RehearsalLedger ledger = new RehearsalLedger();

  /**
   * @param settings with folders that nothing is lost in: an input that is wrong has its reason
   *     written there
   * @param jobs how jobs stand; empty when there is no ledger yet
   */
  Plan(Settings settings, Optional<JobReleases> jobs) {
    this.settings = settings;
    this.jobs = jobs;
  }

  List<Step> steps() throws IOException {
    try (CamelApp app = CamelApp.withoutSources(settings, ledger)) {
      CamelContext context = app.context();
      Inputs inputs = context.getRegistry().lookupByNameAndType("inputs", Inputs.class);
      FileEndpoint source = (FileEndpoint) context.getRoute(SOURCE).getEndpoint();
      List<Step> steps = new ArrayList<>();
      try (FluentProducerTemplate middle = context.createFluentProducerTemplate()) {
        middle.setDefaultEndpointUri(MIDDLE);
        for (Path file : files(source)) {
          steps.add(step(context, inputs, middle, file));
        }
      }
      return steps;
    }
  }

  /** What the source would list, in the order of their names. */
  private List<Path> files(FileEndpoint source) throws IOException {
    Set<String> notInputs = Set.of(source.getExcludeExt().toLowerCase(Locale.ROOT).split(","));
    List<Path> files = new ArrayList<>();
    if (!Files.isDirectory(settings.inbox())) {
      return files;
    }
    Files.walkFileTree(
        settings.inbox(),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return isHidden(folder) && !folder.equals(settings.inbox())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String name = file.getFileName().toString();
            String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
            if (!isHidden(file)
                && !notInputs.contains(extension)
                && InputFilter.hasUsableName(name)) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    files.sort(null);
    return files;
  }

  private static boolean isHidden(Path path) {
    return path.getFileName().toString().startsWith(".");
  }

  private Step step(CamelContext context, Inputs inputs, FluentProducerTemplate middle, Path file) {
    String name = settings.inbox().relativize(file).toString().replace('\\', '/');
    Exchange exchange = new DefaultExchange(context);
    exchange.getMessage().setBody(file.toFile());
    exchange.getMessage().setHeader(Exchange.FILE_NAME, name);
    try {
      inputs.take(exchange);
    } catch (CvException e) {
      return refused(name, "", e);
    }
    middle.withExchange(exchange).send();
    String prompt = exchange.getMessage().getHeader("CamelVolcCvPrompt", "", String.class);
    CvException failure = failure(exchange);
    return ledger
        .wish(failure)
        .map(wish -> planned(name, prompt, wish))
        .orElseGet(() -> refused(name, prompt, failure));
  }

  private static CvException failure(Exchange exchange) {
    Throwable failure = exchange.getException();
    if (failure == null) {
      failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CvException typed) {
        return typed;
      }
    }
    throw new IllegalStateException(
        MIDDLE + " ended without asking for a call; a plan needs its step volccv:", failure);
  }

  private static Step refused(String name, String prompt, CvException failure) {
    String why = Printable.shorten(String.valueOf(failure.getMessage()), 500);
    return new Step(name, prompt, null, Action.REFUSED, why);
  }

  private Step planned(String name, String prompt, Wish wish) {
    Optional<JobReleases> open = wish.jobKey().isEmpty() ? Optional.empty() : jobs;
    String key = wish.jobKey().orElse("");
    return switch (open.map(known -> known.standing(key)).orElse(Standing.NONE)) {
      case NONE -> new Step(name, prompt, wish, Action.CALL, "is sent");
      case UNDER_WAY -> free(name, prompt, wish, "is under way");
      case ABANDONED -> noCall(name, prompt, wish, "an app died while it was sent: perhaps paid");
      case RESUMES -> free(name, prompt, wish, "goes on where it was");
      case DONE -> free(name, prompt, wish, "its kept picture is delivered");
      case DELIVERED -> free(name, prompt, wish, "was delivered before");
      case FAILED ->
          open.get().isSentAgain(key)
              ? new Step(name, prompt, wish, Action.CALL, "failed before, is sent again")
              : noCall(name, prompt, wish, "failed before; replay sends it again");
      case UNKNOWN -> noCall(name, prompt, wish, "perhaps paid");
      case LOST -> noCall(name, prompt, wish, "was paid, and its picture is gone");
    };
  }

  private static Step free(String name, String prompt, Wish wish, String why) {
    return new Step(name, prompt, wish, Action.FREE, why);
  }

  private static Step noCall(String name, String prompt, Wish wish, String why) {
    return new Step(name, prompt, wish, Action.NO_CALL, why);
  }
}
