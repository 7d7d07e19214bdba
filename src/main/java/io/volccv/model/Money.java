package io.volccv.model;

import java.math.BigDecimal;

/**
 * An amount of Chinese yuan in whole thousandths, so that sums are exact.
 *
 * @param milliCny thousandths of a yuan; 220 is 0.22 CNY
 */
public record Money(long milliCny) {

  public static final Money ZERO = new Money(0);

  /** An amount in yuan; finer than a thousandth is refused. */
  public static Money ofCny(BigDecimal cny) {
    return new Money(cny.movePointRight(3).longValueExact());
  }

  /** The amount in yuan. */
  public BigDecimal cny() {
    return BigDecimal.valueOf(milliCny, 3);
  }

  public Money plus(Money other) {
    return new Money(Math.addExact(milliCny, other.milliCny));
  }

  public Money times(long count) {
    return new Money(Math.multiplyExact(milliCny, count));
  }

  @Override
  public String toString() {
    return cny().toPlainString() + " CNY";
  }
}
