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
    if (pricePerCall.filter(price -> price.milliCny() < 0).isPresent()) {
      throw new IllegalArgumentException(
          "budget.pricePerCall: it is below 0; write 0 or more, or leave it empty");
    }
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

    public Caps {
      refuseBelowZero("day.cny", dayCny.map(Money::milliCny));
      refuseBelowZero("day.images", dayImages);
      refuseBelowZero("total.cny", totalCny.map(Money::milliCny));
      refuseBelowZero("total.images", totalImages);
    }

    private static void refuseBelowZero(String name, Optional<Long> cap) {
      if (cap.isPresent() && cap.get() < 0) {
        throw new IllegalArgumentException(
            "budget." + name + ": it is below 0; write 0 for nothing, or leave it empty");
      }
    }
  }
}
