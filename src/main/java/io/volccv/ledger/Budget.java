package io.volccv.ledger;

import static java.util.Objects.requireNonNull;

import io.volccv.model.Money;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;

/**
 * What may be spent: caps in money and pictures, per day and in all, for the account and for single
 * routes. A cap that is empty does not exist.
 *
 * @param account what the account may spend
 * @param routes what single routes may spend, by route id
 * @param pricePerCall what a call may cost whose price is not known; empty refuses such a call when
 *     there is a cap in money
 * @param zone where a new day begins
 */
public record Budget(
    Caps account, Map<String, Caps> routes, Optional<Money> pricePerCall, ZoneId zone) {

  /** Where the vendor counts its days. */
  public static final ZoneId VENDOR_ZONE = ZoneId.of("Asia/Shanghai");

  /** No caps. */
  public static final Budget NONE = new Budget(Caps.NONE, Map.of(), Optional.empty(), VENDOR_ZONE);

  public Budget {
    requireNonNull(account, "account is null");
    routes = Map.copyOf(routes);
    requireNonNull(pricePerCall, "pricePerCall is null");
    requireNonNull(zone, "zone is null");
  }

  /** The caps of one account or route. */
  public record Caps(
      Optional<Money> dayCny,
      Optional<Long> dayImages,
      Optional<Money> totalCny,
      Optional<Long> totalImages) {

    /** No caps. */
    public static final Caps NONE =
        new Caps(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }
}
