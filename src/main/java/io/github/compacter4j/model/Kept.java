package io.github.compacter4j.model;

/** Which files hold a tensor that no gradient changes. */
enum Kept {
  /** None: it can be made again. */
  NOWHERE,
  /** Those that a run goes on from. */
  IN_CHECKPOINTS,
  /** Those and adapters. */
  IN_ADAPTERS
}
