package io.volccv.component;

/**
 * What happens to an exchange whose job was delivered before. Lower case, since it is what a route
 * author writes.
 */
public enum OnDuplicate {
  /** It ends well, with an empty body; the rest of the route is passed over. */
  skip,
  /** It goes on with the result if it is still kept, else with one without pictures. */
  result,
  /** It fails. */
  fail
}
