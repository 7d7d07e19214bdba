package io.volccv.bench;

/**
 * What was found about one goal.
 *
 * @param what is measured, in words
 * @param goal what it has to be, in words
 * @param measured what it was, with its unit
 * @param isMet whether the goal is reached
 */
public record Finding(String what, String goal, String measured, boolean isMet) {}
