package io.volccv.component;

/** What the body is after a call. Lower case, since it is what a route author writes. */
public enum Output {
  /** One picture as a stream, several as a {@code List<CvImage>}. */
  image,
  /** The whole {@link io.volccv.model.CvResult}. */
  result
}
