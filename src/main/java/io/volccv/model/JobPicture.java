package io.volccv.model;

import static java.util.Objects.requireNonNull;

/** Where an input picture of a job is, as its source described it; nothing is fetched or opened. */
public sealed interface JobPicture {

  /**
   * The picture itself.
   *
   * @param base64 JPEG or PNG in base64, without a {@code data:} prefix
   */
  record Inline(String base64) implements JobPicture {
    public Inline {
      requireNonNull(base64, "base64 is null");
    }

    /** Its size only: a picture is private, and would fill a log. */
    @Override
    public String toString() {
      return "Inline[" + base64.length() + " characters]";
    }
  }

  /**
   * A web address. Of a stranger: whoever fetches it must refuse private addresses.
   *
   * @param url beginning with {@code https://}
   */
  record Remote(String url) implements JobPicture {
    public Remote {
      requireNonNull(url, "url is null");
    }

    /** Without the address, whose query often holds a signature. */
    @Override
    public String toString() {
      return "Remote[]";
    }
  }

  /**
   * A file below the folder that the source was given for this.
   *
   * @param name with {@code /}, checked not to leave that folder
   */
  record Named(String name) implements JobPicture {
    public Named {
      requireNonNull(name, "name is null");
    }
  }
}
